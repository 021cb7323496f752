-- What clients call their batches and photos, and say of them: told back, and never looked into. Most have neither.
alter table photos add column client_id text, add column metadata jsonb;
alter table batches
    add column client_id text,
    add column metadata jsonb,
    add column expires_at timestamptz,  -- from then on it is deleted
    -- Cancelling is a state, as a retry is: photos that wait are ended in portions, and are until `cancelling` is false.
    add column cancelled_at timestamptz,
    add column cancelling boolean not null default false,
    add check (not cancelling or cancelled_at is not null);
create index batches_of_client on batches (owner_id, client_id, id desc) where client_id is not null;
create index batches_expiring on batches (expires_at) where expires_at is not null and deleted_at is null;
create index batches_cancelled on batches (cancelled_at) where cancelled_at is not null;
create index batches_cancelling on batches (id) where cancelling;

-- When a batch is finished: closed, no photo waits, and no retry goes on; null while it is not. Whatever changes one of
-- the three asks this, with the batch as it will be.
create function batch_finished_at(
    closed_at timestamptz, queued bigint, retry_until bigint, before timestamptz
) returns timestamptz stable language sql as $$
    select case when closed_at is not null and queued = 0 and retry_until is null then coalesce(before, now()) end
$$;

-- Webhooks are told of it, too.
create or replace function told_of_batch(batch batches) returns json stable language sql as $$
    select json_build_object(
        'batch_id', batch.id, 'name', batch.name,
        'client_id', batch.client_id, 'metadata', coalesce(batch.metadata, '{}'),
        'counts', json_build_object(
            'accepted', batch.accepted, 'queued', batch.queued, 'done', batch.done, 'failed', batch.failed
        ),
        'refused', batch.refused, 'left_out', batch.left_out, 'last_seq', batch.last_seq,
        'finished_at', as_utc(batch.finished_at),
        'cancelled_at', case when batch.cancelled_at is not null then as_utc(batch.cancelled_at) end
    )
$$;
