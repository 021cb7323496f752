-- name: batch_model^
-- The model of a batch's latest answer, and how many birds it can name; none before the first answer.
select models.name || '@' || models.version as model, (
    select count(distinct class ->> 'species') from jsonb_array_elements(models.bundle -> 'classes') as class
    where coalesce((class ->> 'is_bird')::boolean, true)
) as species
from batches join models on models.id = batches.model_id
where batches.id = :batch_id;

-- name: names_of_batch
-- Each final name in a batch, the most frequent first, with the photo that shows it best: a checked one before others,
-- then the one that the model is surest of.
with shown as (
    select id, seq, final_name, final_scientific_name, final_rank, corrected_species is not null as checked, box, width,
           height, in_range is false and final_name = predictions -> 0 ->> 'species' as out_of_range,
           case when predictions -> 0 ->> 'species' = final_name
               then (predictions -> 0 ->> 'probability')::double precision else 0 end as sureness
    from photos
    where batch_id = :batch_id and seq is not null and final_name is not null
), best as (
    select distinct on (final_name) * from shown order by final_name, checked desc, sureness desc, seq
), counted as (
    select final_name, count(*) as photos, count(*) filter (where checked) as checked,
           count(*) filter (where out_of_range) as out_of_range
    from shown group by final_name
)
select best.final_name as name, final_scientific_name as scientific_name, final_rank as rank, counted.photos,
       counted.checked, counted.out_of_range, best.id as photo_id, box, width, height
from best join counted on counted.final_name = best.final_name
order by counted.photos desc, best.final_name;

-- name: search_batches
-- An owner's batches whose name holds a text, newest first. The pattern is one of `ilike`.
select id, name, created_at, accepted as photos from batches
where owner_id = :owner_id and listed and deleted_at is null and name ilike :pattern
order by id desc limit :limit;

-- name: search_names
-- Final names in an owner's batches that hold a text, the most frequent first, by batch.
select photos.final_name as name, photos.final_scientific_name as scientific_name, photos.batch_id,
       batches.name as batch_name, count(*) as photos
from photos join batches on batches.id = photos.batch_id
where batches.owner_id = :owner_id and batches.listed and batches.deleted_at is null and photos.seq is not null
  and (photos.final_name ilike :pattern or photos.final_scientific_name ilike :pattern)
group by 1, 2, 3, 4
order by photos desc, photos.final_name, photos.batch_id desc limit :limit;

-- name: search_files
-- Photos of an owner whose file's name holds a text, those of the newest batches first.
select photos.id as photo_id, photos.batch_id, batches.name as batch_name, photos.name, photos.final_name
from photos join batches on batches.id = photos.batch_id
where batches.owner_id = :owner_id and batches.listed and batches.deleted_at is null and photos.state <> 'uploading'
  and photos.name ilike :pattern
order by photos.batch_id desc, photos.id limit :limit;
