-- name: results_after
-- A page of a batch's answers, in seq order.
select photos.*, blobs.sha256, blobs.size, blobs.stored_at, models.name || '@' || models.version as model,
       model_probability(photos) as probability,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = :batch_id) as sites
from photos
join blobs on blobs.id = photos.blob_id
left join models on models.id = photos.model_id
where photos.batch_id = :batch_id and photos.seq > :after and photos.seq <= :until
order by photos.seq
limit :limit;

-- name: photos_by_id
-- In the order of seq.
select photos.*, blobs.sha256, blobs.size, blobs.stored_at, models.name || '@' || models.version as model,
       model_probability(photos) as probability,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = photos.batch_id) as sites
from photos
join blobs on blobs.id = photos.blob_id
left join models on models.id = photos.model_id
where photos.id = any(:ids::uuid[])
order by photos.seq;

-- name: get_photo^
-- One photo of this owner.
select photos.*, blobs.sha256, blobs.size, blobs.stored_at, models.name || '@' || models.version as model,
       model_probability(photos) as probability,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = batches.id) as sites
from photos
join batches on batches.id = photos.batch_id
join blobs on blobs.id = photos.blob_id
left join models on models.id = photos.model_id
where photos.id = :photo_id and batches.owner_id = :owner_id and batches.deleted_at is null;
