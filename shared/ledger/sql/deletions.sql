-- name: mark_deleted$
-- From now on nobody finds it; whoever repeats the request that made it is given another one.
update batches set deleted_at = now(), idempotency_key = null
where id = :batch_id and owner_id = :owner_id and deleted_at is null
returning id;

-- name: mark_expired
-- Some whose time has come, however far they are.
update batches set deleted_at = now(), idempotency_key = null
where id in (
    select id from batches where expires_at <= now() and deleted_at is null order by expires_at limit :limit
)
returning id;

-- name: deleted_batches
-- Those that are not gone yet, the longest deleted first.
select id from batches where deleted_at is not null order by deleted_at limit :limit;

-- name: lock_deleted$
-- Nothing where it is gone, or another process is at it.
select id from batches where id = :batch_id and deleted_at is not null for no key update skip locked;

-- name: delete_photos
-- Some of its photos, those without an answer first; gives the blobs they showed. The caller holds the batch's lock.
with gone as (
    delete from photos
    where id in (select id from photos where batch_id = :batch_id order by seq desc nulls first limit :limit)
    returning blob_id
)
select blob_id, count(*) as photos from gone group by blob_id;

-- name: delete_refused$
with gone as (
    delete from refused
    where id in (select id from refused where batch_id = :batch_id order by id limit :limit)
    returning id
)
select count(*) from gone;

-- name: delete_batch!
delete from batches where id = :batch_id;

-- name: blobs_of_batch_alone
-- Some of what a batch shows and no other does.
select distinct blob_id from photos
where batch_id = :batch_id
  and not exists (
      select from photos as others where others.blob_id = photos.blob_id and others.batch_id <> :batch_id
  )
limit :limit;
