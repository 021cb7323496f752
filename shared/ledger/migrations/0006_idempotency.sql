-- A client whose answer was lost asks again under the same key, and is given the batch that it has already.
alter table batches add column idempotency_key text;
create unique index batches_idempotency on batches (owner_id, idempotency_key);
