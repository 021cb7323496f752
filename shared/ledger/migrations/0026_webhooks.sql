-- Webhooks: addresses of other programs that are told of what happens here. A delivery is written in the transaction of
-- what it tells of (transactional outbox), by triggers, so that nothing that does the same in another way leaves it out.
create table webhooks (
    id uuid primary key,
    owner_id uuid not null references owners,
    url text not null,
    events text[] not null,
    description text,
    enabled boolean not null default true,
    gone_at timestamptz,  -- when it answered that it wants nothing more (410), and was switched off
    secret text not null,  -- signs; kept as it is, since an HMAC needs it
    old_secret text,  -- the one before, which signs beside it
    old_secret_until timestamptz,
    free_at timestamptz not null default now(),  -- until then it is in the hands of an api, or rests
    created_at timestamptz not null default now()
);
create index webhooks_of_owner on webhooks (owner_id, id);

create table webhook_deliveries (
    id uuid primary key,  -- the header `webhook-id`, the same at each attempt
    webhook_id uuid not null references webhooks on delete cascade,
    event text not null,
    body text not null,  -- what is sent, to the byte
    created_at timestamptz not null default now(),
    due_at timestamptz default now(),  -- of the next attempt; null: none will be made
    failures smallint not null default 0,  -- attempts since it was due first, or was replayed: its place in the schedule
    delivered_at timestamptz
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where due_at is not null;
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_by_age on webhook_deliveries (created_at);

create table webhook_attempts (
    delivery_id uuid not null references webhook_deliveries on delete cascade,
    attempted_at timestamptz not null default now(),
    status smallint,  -- what HTTP said; null: nothing
    problem text,  -- why it failed, for a person
    took_s real not null
);
create index webhook_attempts_of_delivery on webhook_attempts (delivery_id, attempted_at);

create function as_utc(moment timestamptz) returns text immutable language sql as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- A delivery for each webhook that asked for the event: of this owner, or of all. Locked before they are named, so that
-- one that is deleted in the same moment stops nobody.
create function tell_webhooks(owner uuid, event text, data json) returns void language sql as $$
    insert into webhook_deliveries (id, webhook_id, event, body)
    select gen_random_uuid(), id, event,
           json_build_object('type', event, 'timestamp', as_utc(now()), 'data', data)::text
    from webhooks
    where enabled and event = any(events) and (owner is null or owner_id = owner)
    for key share
$$;

-- What clients call a batch and say of it is told from when on there are such columns.
create function told_of_batch(batch batches) returns json stable language sql as $$
    select json_build_object(
        'batch_id', batch.id, 'name', batch.name,
        'client_id', to_jsonb(batch) -> 'client_id', 'metadata', to_jsonb(batch) -> 'metadata',
        'counts', json_build_object(
            'accepted', batch.accepted, 'queued', batch.queued, 'done', batch.done, 'failed', batch.failed
        ),
        'refused', batch.refused, 'left_out', batch.left_out, 'last_seq', batch.last_seq,
        'finished_at', as_utc(batch.finished_at)
    )
$$;

-- Reviewed: finished, at least one photo is done, and a person's word stands on each that is.
create function tell_if_reviewed(batch batches) returns void language plpgsql as $$
begin
    if batch.listed and batch.finished_at is not null and batch.done > 0
        and exists (
            select from webhooks where owner_id = batch.owner_id and enabled and 'batch.reviewed' = any(events)
        )
        and not exists (
            select from photos
            where batch_id = batch.id and seq is not null and corrected_species is null and state = 'done'
        )
    then
        perform tell_webhooks(batch.owner_id, 'batch.reviewed', told_of_batch(batch));
    end if;
end
$$;

create function tell_of_finished() returns trigger language plpgsql as $$
begin
    perform tell_webhooks(new.owner_id, 'batch.finished', told_of_batch(new));
    perform tell_if_reviewed(new);
    return null;
end
$$;
create trigger batch_finished_told after update of finished_at on batches
    for each row
    when (new.listed and new.finished_at is not null and old.finished_at is distinct from new.finished_at)
    execute function tell_of_finished();

-- Only a first word on an answered photo can be the last one that was missing.
create function tell_of_reviewed() returns trigger language plpgsql as $$
declare
    batch batches;
begin
    if not exists (select from webhooks where enabled and 'batch.reviewed' = any(events)) then
        return null;
    end if;
    for batch in
        select * from batches where id in (
            select said.batch_id from said
            join photos on photos.id = said.photo_id and photos.state = 'done'
            left join labels as before on before.batch_id = said.batch_id and before.seq = said.replaces
            where said.name is not null and before.name is null
        )
    loop
        perform tell_if_reviewed(batch);
    end loop;
    return null;
end
$$;
create trigger labels_told after insert on labels
    referencing new table as said for each statement execute function tell_of_reviewed();

create function tell_of_promoted() returns trigger language plpgsql as $$
begin
    perform tell_webhooks(null, 'model.promoted', json_build_object(
        'reference', new.source, 'before', case when tg_op = 'UPDATE' then old.source end
    ));
    return null;
end
$$;
create trigger first_model_told after insert on active_model
    for each row execute function tell_of_promoted();
create trigger promoted_model_told after update of source on active_model
    for each row when (old.source is distinct from new.source) execute function tell_of_promoted();
