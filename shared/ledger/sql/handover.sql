-- name: owner_of_batch$
-- The name of whose batch it is.
select owners.name from owners join batches on batches.owner_id = owners.id where batches.id = :batch_id;

-- name: models_used
-- Which models gave the answers of a batch, and how many each.
select models.name || '@' || models.version as model, models.digest, count(*) as photos
from photos join models on models.id = photos.model_id
where photos.batch_id = :batch_id and photos.seq is not null
group by models.id
order by min(photos.seq);

-- name: not_reviewed^
-- How many answered photos of a batch no person has said a word on.
select count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'done') as done
from photos
where batch_id = :batch_id and seq is not null and corrected_species is null;
