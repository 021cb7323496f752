-- name: lock_outbox!
-- Until the transaction ends, other relays wait for their turn. The number is "outbox" in ASCII.
select pg_advisory_xact_lock(122550254464888);

-- name: unpublished_photos
-- Queued photos whose message no broker has confirmed, interactive ones first.
select photos.id, photos.batch_id, photos.lane, photos.blob_id, blobs.sha256, batches.top_k
from photos
join batches on batches.id = photos.batch_id
join blobs on blobs.id = photos.blob_id
where photos.state = 'queued' and photos.published_at is null
order by photos.lane desc, photos.queued_at
limit :limit;

-- name: mark_published!
update photos set published_at = now() where id = any(:ids::uuid[]) and state = 'queued';

-- name: moment_ago$
select now() - make_interval(secs => :seconds);

-- name: unpublish_lane$
-- Queued photos of a lane whose messages are lost go back to the outbox, some at a time; says how many.
with lost as (
    update photos set published_at = null
    where id in (
        select id from photos
        where lane = :lane and state = 'queued' and published_at < :before::timestamptz
        order by published_at
        limit :limit
        for update skip locked
    )
    returning id
)
select count(*) from lost;
