-- name: check_queue
-- Sightings with a frame that nobody has had a word on, in the order in which a person best looks at them: of each
-- species that nobody has named yet the surest, then birds that are not to be expected there and then, then the least
-- sure, then those with a photo of the audit's sample that nobody has checked. `unchecked` is how many there are in all.
with unchecked as (
    select sightings.id, sightings.position, sightings.rolled_rank, sightings.rolled_probability,
           coalesce(sightings.rolled_scientific_name, sightings.rolled_name) as taxon,
           bool_or(photos.in_range is false) as out_of_range,
           bool_or(audited.photo_id is not null and photos.corrected_species is null) as drawn
    from sightings
    join photos on photos.sighting_id = sightings.id
    left join audited on audited.batch_id = sightings.batch_id and audited.photo_id = photos.id
    where sightings.batch_id = :batch_id
    group by sightings.id
    having bool_or(photos.corrected_species is null)
), told as (
    select id, position, rolled_probability, case
        when rolled_rank = 'species' and taxon <> all(:known::text[]) and row_number() over (
            partition by taxon order by rolled_probability desc nulls last, position
        ) = 1 then 'new'
        when out_of_range then 'out-of-range'
        when drawn then 'drawn'
        else 'unsure'
    end as why
    from unchecked
)
select id, why, count(*) over () as unchecked
from told
order by array_position(array['new', 'out-of-range', 'unsure', 'drawn'], why),
         case when why = 'new' then -rolled_probability else rolled_probability end nulls first, position
limit :limit;

-- name: count_sightings^
-- How many sightings a batch has, and of how many nobody has had a word on each frame.
select count(*) as sightings, count(*) filter (where is_open) as unchecked
from (
    select bool_or(photos.corrected_species is null) as is_open
    from sightings join photos on photos.sighting_id = sightings.id
    where sightings.batch_id = :batch_id
    group by sightings.id
) as counted;
