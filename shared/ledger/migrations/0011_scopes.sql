-- A key says what it may do, who holds it and how long it is good. Those that there are keep what they could do: all
-- but what only the operator did, by the ledger itself.
alter table keys
    add column scopes text[] not null default '{upload,read,review}',
    add column person text,
    add column expires_at timestamptz,
    add column used_at timestamptz,  -- to the minute; null until it is used
    add column batch_id uuid references batches on delete cascade;  -- a share: it opens this batch and nothing else
alter table keys alter column scopes drop default;
-- Keys are found by their beginning, which is no secret, and compared with all of it where the time tells nothing.
create index keys_by_hint on keys (hint);
create index keys_of_batch on keys (batch_id) where batch_id is not null;
