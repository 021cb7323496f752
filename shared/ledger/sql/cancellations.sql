-- name: mark_cancelled!
-- It takes no more photos, those that wait are to end, and a retry that goes on is over. A finished one stays as it is.
-- The caller holds the batch's lock.
update batches
set cancelled_at = coalesce(cancelled_at, now()), cancelling = true, closed_at = coalesce(closed_at, now()),
    retry_after = null, retry_until = null
where id = :batch_id and finished_at is null;

-- name: cancelling_batches
select id from batches where cancelling and deleted_at is null order by id limit :limit;

-- name: lock_cancelling$
select id from batches where id = :batch_id and cancelling and deleted_at is null for no key update;

-- name: photos_to_cancel
-- Some that have neither an answer nor been given up. Locked in the order of their ids, as far as may be in that in which
-- the relay marks them. Of an array each is looked up; joined, the whole table would be read for each portion.
select id, state from photos
where id = any(array(select id from photos where batch_id = :batch_id and seq is null limit :limit))
order by id for no key update;

-- name: cancel_photos!
-- These queued photos end under the next seqs; with the last of them the batch is no longer being cancelled. The caller
-- holds the batch's lock.
with cancelled as (
    update photos
    set state = 'failed', seq = batches.last_seq + waiting.place, error_code = 'cancelled', error_detail = :detail,
        finished_at = now()
    from batches, unnest(:ids::uuid[]) with ordinality as waiting (id, place)
    where batches.id = :batch_id and photos.id = waiting.id and photos.state = 'queued'
    returning photos.id
), counted as (
    select count(*) as photos from cancelled
)
update batches
set queued = queued - counted.photos,
    failed = failed + counted.photos,
    last_seq = last_seq + counted.photos,
    cancelling = not :last,
    finished_at = batch_finished_at(closed_at, queued - counted.photos, retry_until, finished_at)
from counted where batches.id = :batch_id;

-- name: lately_cancelled
-- Batches whose messages may still wait at the broker.
select id from batches where cancelled_at > now() - make_interval(secs => :within_s);

-- name: is_queued$
select exists (select from photos where id = :photo_id and state = 'queued');
