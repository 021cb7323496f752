-- name: results_after
-- A page of a batch's feed, in seq order.
select photos.*, blobs.sha256, blobs.size, blobs.stored_at, models.name || '@' || models.version as model,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = :batch_id) as sites
from photos
join blobs on blobs.id = photos.blob_id
left join models on models.id = photos.model_id
where photos.batch_id = :batch_id and photos.seq > :after
order by photos.seq
limit :limit;

-- name: get_photo^
-- One photo of this owner.
select photos.*, blobs.sha256, blobs.size, blobs.stored_at, models.name || '@' || models.version as model,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = batches.id) as sites
from photos
join batches on batches.id = photos.batch_id
join blobs on blobs.id = photos.blob_id
left join models on models.id = photos.model_id
where photos.id = :photo_id and batches.owner_id = :owner_id and batches.deleted_at is null;

-- name: correct_photo$
-- A person's word on the species, kept beside the prediction.
update photos set corrected_species = :species, corrected_at = now()
from batches
where photos.id = :photo_id and batches.id = photos.batch_id and batches.owner_id = :owner_id
  and batches.deleted_at is null
returning photos.id;
