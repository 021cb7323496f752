-- name: lock_outbox!
-- Until the transaction ends, other relays wait for their turn. The number is "outbox" in ASCII.
select pg_advisory_xact_lock(122550254464888);

-- name: unpublished_photos
-- Queued photos of a lane whose message no broker has confirmed, the owners' in turns. The index is asked once for each
-- owner who has some (a loose index scan), and then for a share of the page: what an owner leaves of it comes next time.
with recursive waiting (owner_id) as (
    (
        select owner_id from photos
        where lane = :lane and state = 'queued' and published_at is null
        order by owner_id limit 1
    )
    union all
    select (
        select photos.owner_id from photos
        where lane = :lane and state = 'queued' and published_at is null and photos.owner_id > waiting.owner_id
        order by photos.owner_id limit 1
    )
    from waiting where waiting.owner_id is not null
), owners as (
    select owner_id, ceil(:limit::float8 / count(*) over ())::bigint as share from waiting where owner_id is not null
), page as (
    select share.*
    from owners cross join lateral (
        select id, batch_id, lane, blob_id, queued_at, row_number() over (order by queued_at) as turn
        from photos
        where lane = :lane and state = 'queued' and published_at is null and owner_id = owners.owner_id
        order by queued_at limit owners.share
    ) as share
    order by turn, queued_at limit :limit
)
select page.id, page.batch_id, page.lane, page.blob_id, blobs.sha256, batches.top_k
from page
join batches on batches.id = page.batch_id
join blobs on blobs.id = page.blob_id
order by page.turn, page.queued_at;

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
