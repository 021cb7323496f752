-- name: mark_retried$
-- Its failures of until now are to be looked at; a retry that goes on takes in what failed since. One that was cancelled
-- is taken up again.
update batches
set retry_after = coalesce(retry_after, 0), retry_until = last_seq, cancelled_at = null, cancelling = false
where id = :batch_id and owner_id = :owner_id and deleted_at is null
returning id;

-- name: retried_batches
select id from batches where retry_until is not null and deleted_at is null order by id limit :limit;

-- name: lock_retried!
select id from batches where id = :batch_id and retry_until is not null and deleted_at is null for no key update;

-- name: retry_portion$
-- Takes back answers: some failed photos whose failure may pass are queued again, under no seq. Says whether it was the
-- last portion; nothing where no retry goes on. The caller holds the batch's lock.
with batch as (
    select id, owner_id, retry_after, retry_until from batches
    where id = :batch_id and retry_until is not null and deleted_at is null
), looked_at as (
    select photos.id, photos.seq from photos join batch on photos.batch_id = batch.id
    where photos.seq > batch.retry_after and photos.seq <= batch.retry_until
      and photos.state = 'failed' and photos.error_code = any(:codes::text[])
    order by photos.seq limit :limit
), retried as (
    update photos
    set state = 'queued', owner_id = batch.owner_id, seq = null, error_code = null, error_detail = null,
        finished_at = null, queued_at = now(), published_at = null
    from batch where photos.id in (select id from looked_at)
    returning photos.id
), portion as (
    select count(*) as photos, count(*) < :limit as last, (select max(seq) from looked_at) as after from retried
)
update batches
set queued = queued + portion.photos,
    failed = failed - portion.photos,
    retry_after = case when not portion.last then portion.after end,
    retry_until = case when not portion.last then retry_until end,
    finished_at = batch_finished_at(
        closed_at, queued + portion.photos, case when not portion.last then retry_until end, finished_at
    )
from portion where batches.id in (select id from batch)
returning portion.last;
