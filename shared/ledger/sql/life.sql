-- name: life_list
-- The species that people have named in an owner's batches, a row for each batch that it is in: how often, the first
-- photo by what cameras recorded, and the one that shows it best. A species is one however its names were spelled, by
-- its scientific name where there is one.
with said as (
    select photos.*, coalesce(final_scientific_name, final_name) as species, batches.name as batch_name,
           case when predictions -> 0 ->> 'species' = final_name
               then (predictions -> 0 ->> 'probability')::double precision else 0 end as sureness
    from photos join batches on batches.id = photos.batch_id
    where batches.owner_id = :owner_id and batches.deleted_at is null and photos.corrected_species is not null
      and photos.final_rank = 'species'
      and (:but_batch_id::uuid is null or batches.id <> :but_batch_id::uuid)
), counted as (
    select species, batch_id, count(*) as photos from said group by species, batch_id
), first as (
    select distinct on (species, batch_id) * from said
    order by species, batch_id, coalesce(taken_local, taken_at at time zone 'UTC') nulls last, id
), best as (
    select distinct on (species, batch_id) species, batch_id, id, box, width, height, sureness from said
    order by species, batch_id, sureness desc, id
)
select first.species, first.final_name, first.final_scientific_name, counted.photos, first.batch_id, first.batch_name,
       first.id as first_photo_id, first.name, first.taken_at, first.taken_local, first.taken_offset_minutes,
       first.taken_from, first.latitude, first.longitude,
       best.id as photo_id, best.box, best.width, best.height, best.sureness,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = first.batch_id) as sites
from first
join counted on counted.species = first.species and counted.batch_id = first.batch_id
join best on best.species = first.species and best.batch_id = first.batch_id
order by first.species, first.batch_id;
