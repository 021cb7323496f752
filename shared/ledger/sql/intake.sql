-- name: accept_photos!
-- New photos are queued, reserved ones become queued, known ones stay as they are; counts follow. What a client says of
-- a photo is what it said first.
-- The caller holds the batch's lock.
with incoming as (
    select distinct on (blob_id, name) *
    from unnest(:ids::uuid[], :blob_ids::uuid[], :names::text[], :client_ids::text[], :metadata::jsonb[])
        as t (id, blob_id, name, client_id, metadata)
    order by blob_id, name, id
), queued as (
    insert into photos (id, batch_id, owner_id, blob_id, name, lane, state, queued_at, client_id, metadata)
    select id, :batch_id::uuid, :owner_id::uuid, blob_id, name, :lane::text, 'queued', now(), client_id, metadata
    from incoming
    on conflict (batch_id, blob_id, name) do update
    set state = 'queued', queued_at = now(), client_id = coalesce(photos.client_id, excluded.client_id),
        metadata = coalesce(photos.metadata, excluded.metadata)
    where photos.state = 'uploading'
    returning id
)
update batches
set accepted = accepted + (select count(*) from queued),
    queued = queued + (select count(*) from queued)
where id = :batch_id::uuid;

-- name: reserve_photos!
-- Places for photos whose bytes are still to come; asking again begins their time anew.
insert into photos (id, batch_id, owner_id, blob_id, name, lane, state, reserved_at, client_id, metadata)
select distinct on (blob_id, name)
       id, :batch_id::uuid, :owner_id::uuid, blob_id, name, :lane::text, 'uploading', now(), client_id, metadata
from unnest(:ids::uuid[], :blob_ids::uuid[], :names::text[], :client_ids::text[], :metadata::jsonb[])
    as t (id, blob_id, name, client_id, metadata)
order by blob_id, name, id
on conflict (batch_id, blob_id, name) do update set reserved_at = now() where photos.state = 'uploading';

-- name: identify_photos
-- The photo that each pair of picture and name has in this batch; fresh: it came in this transaction.
select id, blob_id, name, state, coalesce(queued_at = now(), false) as fresh from photos
where batch_id = :batch_id::uuid
  and (blob_id, name) in (select * from unnest(:blob_ids::uuid[], :names::text[]));

-- name: reserved_photos
-- Photos of this batch by id, with their blobs, to be verified after a presigned upload.
select photos.id, photos.name, photos.state, photos.blob_id,
       blobs.sha256, blobs.size, blobs.stored_at
from photos join blobs on blobs.id = photos.blob_id
where photos.batch_id = :batch_id and photos.id = any(:ids::uuid[]);

-- name: photos_that_came
-- Those of these photos whose bytes have come; the others are reserved still, or gone.
select id from photos where batch_id = :batch_id::uuid and id = any(:ids::uuid[]) and state <> 'uploading';

-- name: queue_reserved!
-- Uploads that have come become queued; counts follow. The caller holds the batch's lock.
with queued as (
    update photos set state = 'queued', queued_at = now()
    where batch_id = :batch_id::uuid and id = any(:ids::uuid[]) and state = 'uploading'
    returning id
)
update batches
set accepted = accepted + (select count(*) from queued),
    queued = queued + (select count(*) from queued)
where id = :batch_id::uuid;
