-- name: reserve_blobs
-- The owner's blob for each picture, made where there is none; a pending one takes the newly stated size.
insert into blobs (id, owner_id, sha256, size)
select distinct on (sha256) id, :owner_id::uuid, sha256, size
from unnest(:ids::uuid[], :sha256s::bytea[], :sizes::bigint[]) as t (id, sha256, size)
order by sha256
on conflict (owner_id, sha256) do update
set size = case when blobs.stored_at is null then excluded.size else blobs.size end
returning id, sha256, size, stored_at;

-- name: mark_stored!
-- The bytes are known to be in object storage. Locked by digest, as reserving does: in another order two that
-- share pictures would wait for each other.
with found as (
    select id from blobs where id = any(:ids::uuid[]) order by owner_id, sha256 for no key update
)
update blobs set stored_at = coalesce(stored_at, now()) from found where blobs.id = found.id;

-- name: distrust_blobs!
-- The bytes are missing or are not what they were said to be: they must be uploaded again. Locked as above.
with found as (
    select id from blobs
    where id in (select blob_id from photos where photos.id = any(:photo_ids::uuid[]))
    order by owner_id, sha256
    for no key update
)
update blobs set stored_at = null from found where blobs.id = found.id;

-- name: discard_unused_blobs
-- Blobs that no photo shows any more become garbage; one that is being given a photo right now is
-- locked, and skipped. Gives those that did.
with gone as (
    delete from blobs
    where id in (
        select id from blobs
        where id = any(:ids::uuid[])
          and not exists (select from photos where photos.blob_id = blobs.id)
        for update skip locked
    )
    returning id
), noted as (
    insert into garbage (blob_id, until) select id, now() + make_interval(secs => :writable_s) from gone
)
select id from gone;

-- name: unused_blobs
-- Those that no photo shows.
select id from blobs
where id = any(:ids::uuid[]) and not exists (select from photos where photos.blob_id = blobs.id);

-- name: list_garbage
-- Blobs whose objects are to be removed now; settled: nobody can put them back any more.
select blob_id, due_at >= until as settled from garbage where due_at <= now() order by due_at limit :limit;

-- name: forget_garbage!
delete from garbage where blob_id = any(:ids::uuid[]);

-- name: postpone_garbage!
-- Their objects are gone for now.
update garbage set due_at = until where blob_id = any(:ids::uuid[]);

-- name: abandoned_blobs
-- Places reserved long ago that no photo uses: their upload broke off.
select id from blobs
where created_at < now() - make_interval(secs => :older_than_s)
  and not exists (select from photos where photos.blob_id = blobs.id)
limit :limit;
