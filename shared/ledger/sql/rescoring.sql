-- name: set_scoring!
-- The caller holds the batch's lock.
update batches set scoring = :scoring::jsonb where id = :batch_id;

-- name: kept_readings
-- Some answered photos of a batch in the order of seq, each with what the model said that it was answered by; null
-- where that was not kept.
select photos.id, photos.seq, photos.model_id, photos.finished_at, readings.logits, readings.box
from photos
left join readings on readings.photo_id = photos.id and readings.model_id = photos.model_id
where photos.batch_id = :batch_id and photos.seq > :after and photos.seq <= :until and photos.state = 'done'
order by photos.seq
limit :limit;

-- name: retell$
-- Those of these answers that are another one now get the next seqs of their batch, the others stay as they are; so
-- does whatever was answered anew meanwhile. Says how many changed. The caller holds the batch's lock.
with told as (
    select photo_id, finished_at, predictions::jsonb, bird_probability, box, rolled_name, rolled_scientific_name,
           rolled_rank, rolled_probability
    from unnest(
        :photo_ids::uuid[], :finished_at::timestamptz[], :predictions::text[], :bird_probabilities::real[],
        :boxes::jsonb[],
        :rolled_names::text[], :rolled_scientific_names::text[], :rolled_ranks::text[], :rolled_probabilities::real[]
    ) as t (
        photo_id, finished_at, predictions, bird_probability, box,
        rolled_name, rolled_scientific_name, rolled_rank, rolled_probability
    )
), changed as (
    select told.*, row_number() over (order by photos.seq) as place
    from told
    join photos on photos.id = told.photo_id and photos.finished_at = told.finished_at and photos.state = 'done'
    where (
        photos.predictions, photos.bird_probability, photos.box, photos.rolled_name, photos.rolled_scientific_name,
        photos.rolled_rank, photos.rolled_probability
    ) is distinct from (
        told.predictions, told.bird_probability, told.box, told.rolled_name, told.rolled_scientific_name,
        told.rolled_rank, told.rolled_probability
    )
), moved as (
    update photos
    set seq = batches.last_seq + changed.place, predictions = changed.predictions,
        bird_probability = changed.bird_probability, box = changed.box, rolled_name = changed.rolled_name,
        rolled_scientific_name = changed.rolled_scientific_name, rolled_rank = changed.rolled_rank,
        rolled_probability = changed.rolled_probability
    from changed, batches
    where photos.id = changed.photo_id and batches.id = :batch_id
    returning photos.id
)
update batches set last_seq = last_seq + (select count(*) from moved)
where id = :batch_id
returning (select count(*) from moved);
