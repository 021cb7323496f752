-- name: unpublished_photos
-- Queued photos whose message no broker has confirmed, interactive ones first. Locked, so that
-- several relays share the work; skipped when locked, so that none waits for another.
select photos.id, photos.batch_id, photos.lane, photos.blob_id, blobs.sha256, batches.top_k
from photos
join batches on batches.id = photos.batch_id
join blobs on blobs.id = photos.blob_id
where photos.state = 'queued' and photos.published_at is null
order by photos.lane desc, photos.queued_at
limit :limit
for update of photos skip locked;

-- name: mark_published!
update photos set published_at = now() where id = any(:ids::uuid[]) and state = 'queued';

-- name: unpublish_lane$
-- Queued photos of a lane whose messages are lost go back to the outbox; says how many.
with lost as (
    update photos set published_at = null
    where lane = :lane and state = 'queued'
      and published_at < now() - make_interval(secs => :older_than_s)
    returning id
)
select count(*) from lost;
