-- A retry is a state: who asks is answered at once, and failed photos are queued again in portions. Both null: none goes
-- on. Else failures up to `retry_until`, the last seq when it was asked for, are looked at, and are up to `retry_after`.
alter table batches
    add column retry_after bigint,
    add column retry_until bigint,
    add check ((retry_after is null) = (retry_until is null));
create index batches_retried on batches (id) where retry_until is not null;
