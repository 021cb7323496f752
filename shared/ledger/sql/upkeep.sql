-- name: miscounted_batches
-- Batches whose counts, or whose end, are not what their photos say.
select batches.id from batches cross join lateral (
    select count(*) filter (where state <> 'uploading') as accepted,
           count(*) filter (where state = 'queued') as queued,
           count(*) filter (where state = 'done') as done,
           count(*) filter (where state = 'failed') as failed,
           greatest(max(seq), (select max(seq) from labels where batch_id = batches.id), 0) as last_seq
    from photos where batch_id = batches.id
) as counted
where deleted_at is null and (
    (batches.accepted, batches.queued, batches.done, batches.failed)
        <> (counted.accepted, counted.queued, counted.done, counted.failed)
    or batches.last_seq < counted.last_seq
    or (batches.finished_at is null)
        <> (batch_finished_at(batches.closed_at, counted.queued, batches.retry_until, batches.finished_at) is null)
)
order by batches.id;

-- name: recount!
-- The caller holds the batch's lock.
update batches
set accepted = counted.accepted, queued = counted.queued, done = counted.done, failed = counted.failed,
    last_seq = greatest(batches.last_seq, counted.last_seq),
    finished_at = batch_finished_at(closed_at, counted.queued, retry_until, finished_at)
from (
    select count(*) filter (where state <> 'uploading') as accepted,
           count(*) filter (where state = 'queued') as queued,
           count(*) filter (where state = 'done') as done,
           count(*) filter (where state = 'failed') as failed,
           greatest(max(seq), (select max(seq) from labels where batch_id = :batch_id), 0) as last_seq
    from photos where batch_id = :batch_id
) as counted
where id = :batch_id;

-- name: stuck_batches
-- Single classifications that were begun and never closed: what broke off while the object storage was away, say.
select id, owner_id from batches
where not listed and closed_at is null and deleted_at is null
  and created_at < now() - make_interval(secs => :older_than_s);

-- name: stuck_deletions$
select count(*) from batches where deleted_at < now() - make_interval(secs => :older_than_s);

-- name: published_long_ago
-- Queued photos of each lane whose message the broker confirmed that long ago.
select lane, count(*) as photos from photos
where state = 'queued' and published_at < now() - make_interval(secs => :older_than_s) group by lane;

-- name: blobs_by_digit
-- Those whose object's key begins with this digit, and whether their bytes are known to be there.
select id, stored_at is not null as stored from blobs where right(id::text, 1) = :digit;

-- name: garbage_by_digit
select blob_id from garbage where right(blob_id::text, 1) = :digit;

-- name: distrust!
-- Their bytes are missing: whoever sends them again is asked for them.
update blobs set stored_at = null where id = any(:ids::uuid[]);

-- name: note_garbage!
insert into garbage (blob_id, until) select id, now() from unnest(:ids::uuid[]) as t (id)
on conflict (blob_id) do nothing;

-- name: clock$
select extract(epoch from clock_timestamp())::float8;

-- name: usage_by_owner
-- What each owner has, and has had done.
select owners.name as owner,
       (select count(*) from batches where owner_id = owners.id and deleted_at is null and listed) as batches,
       coalesce(sums.photos, 0) as photos, coalesce(sums.queued, 0) as queued,
       coalesce((select sum(size) from blobs where owner_id = owners.id and stored_at is not null), 0)::bigint as bytes,
       coalesce(sums.lately, 0) as photos_30_days,
       (select max(used_at) from keys where owner_id = owners.id) as used_at
from owners left join (
    select owner_id, sum(accepted)::bigint as photos, sum(queued)::bigint as queued,
           sum(accepted) filter (where created_at > now() - interval '30 days')::bigint as lately
    from batches where deleted_at is null group by owner_id
) as sums on sums.owner_id = owners.id
order by bytes desc, owners.name;

-- name: batches_to_retire
-- Finished batches, oldest first, that are too old, or whose bytes come after so many of newer ones. A picture counts
-- for the newest batch that shows it: with the others it would not go.
with held as (
    select batch_id, sum(size)::bigint as bytes from (
        select distinct on (photos.blob_id) photos.batch_id, blobs.size
        from photos
        join blobs on blobs.id = photos.blob_id and blobs.stored_at is not null
        join batches on batches.id = photos.batch_id and batches.deleted_at is null
        order by photos.blob_id, photos.batch_id desc
    ) as newest group by batch_id
), standing as (
    select batches.id, batches.owner_id, batches.name, batches.accepted, batches.finished_at,
           coalesce(held.bytes, 0) as bytes,
           sum(coalesce(held.bytes, 0)) over (order by batches.id desc) as with_newer
    from batches left join held on held.batch_id = batches.id
    where batches.deleted_at is null
)
select standing.id, standing.owner_id, owners.name as owner, standing.name, standing.accepted as photos,
       standing.bytes, standing.finished_at
from standing join owners on owners.id = standing.owner_id
where finished_at is not null
  and (finished_at < now() - make_interval(secs => :older_than_s::float8) or with_newer > :most_bytes::bigint)
order by standing.id;
