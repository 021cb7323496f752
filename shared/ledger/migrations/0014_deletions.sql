-- Deletion is a state: who asks sees the batch gone at once, and its rows go in portions afterwards.
alter table batches add column deleted_at timestamptz;
create index batches_deleted on batches (deleted_at) where deleted_at is not null;
