-- name: find_model$
-- The latest that goes by this name@version or reference.
select id from models where name || '@' || version = :reference or source = :reference
order by registered_at desc limit 1;

-- name: tallies
-- Photos of a batch that both models have answered, by whether they said the same and, of those that a person has
-- named, by what each said.
with compared as (
    select photos.corrected_species as label, photos.label_scientific_name, photos.label_rank,
           a.said as a_name, a.said_scientific_name as a_scientific_name,
           b.said as b_name, b.said_scientific_name as b_scientific_name,
           a.said = b.said or coalesce(a.said_scientific_name = b.said_scientific_name, false) as same
    from photos
    join readings a on a.photo_id = photos.id and a.model_id = :a
    join readings b on b.photo_id = photos.id and b.model_id = :b
    where photos.batch_id = :batch_id
)
select same, null as label, null as label_scientific_name, null as label_rank, null as a_name,
       null as a_scientific_name, null as b_name, null as b_scientific_name, count(*) as photos
from compared where label is null group by same
union all
select same, label, label_scientific_name, label_rank, a_name, a_scientific_name, b_name, b_scientific_name, count(*)
from compared where label is not null group by 1, 2, 3, 4, 5, 6, 7, 8;

-- name: differing
-- Some photos of which the models did not say the same, in the order of seq.
select photos.id, photos.seq, photos.name, photos.corrected_species as label,
       a.species as a_species, a.scientific_name as a_scientific_name, a.probability as a_probability,
       a.bird_probability as a_bird_probability,
       b.species as b_species, b.scientific_name as b_scientific_name, b.probability as b_probability,
       b.bird_probability as b_bird_probability
from photos
join readings a on a.photo_id = photos.id and a.model_id = :a
join readings b on b.photo_id = photos.id and b.model_id = :b
where photos.batch_id = :batch_id and photos.seq > :after
  and a.said <> b.said and not coalesce(a.said_scientific_name = b.said_scientific_name, false)
order by photos.seq
limit :limit;
