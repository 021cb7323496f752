-- name: set_shadow!
-- A candidate begins anew, whatever became of one before it.
insert into shadow (source, every) values (:source, :every)
on conflict (one) do update
set source = excluded.source, every = excluded.every, set_at = now(), model_id = null, failure = null;

-- name: end_shadow!
delete from shadow;

-- name: shadow^
select shadow.source, shadow.every, shadow.set_at, shadow.failure, shadow.model_id,
       models.name || '@' || models.version as model
from shadow left join models on models.id = shadow.model_id;

-- name: register_candidate$
-- The id of exactly these weights under this name; where they are known, so is the reference that they were promoted by.
insert into models (id, name, version, digest, source, bundle)
values (:id, :name, :version, :digest, :source, :bundle::jsonb)
on conflict (name, version, digest) do update set bundle = excluded.bundle
returning id;

-- name: note_shadow_loaded!
-- A worker has loaded it, unless another one was set meanwhile.
update shadow set model_id = :model_id where set_at = :set_at;

-- name: note_shadow_failure!
-- A worker has given it up.
update shadow set failure = :reason where set_at = :set_at;

-- name: keep_shadow_answer!
-- What a candidate said of a photo that is still there; a second time is harmless.
insert into shadow_answers (photo_id, model_id, species, scientific_name, probability, bird_probability)
select id, :model_id::uuid, :species::text, :scientific_name::text, :probability::real, :bird_probability::real
from photos where id = :photo_id
on conflict (photo_id, model_id) do nothing;

-- name: count_shadow_answers$
select count(*) from shadow_answers where model_id = :candidate;

-- name: paired_answers
-- Reviewed photos that both models answered, by sighting and by what was said. A person's word is one that can be right
-- or wrong to the species. Frames of which nobody has made sightings yet could not be told from photos of other birds.
select coalesce(photos.sighting_id, photos.id) as sighting,
       photos.corrected_species as label, photos.label_scientific_name, photos.label_rank,
       active.said as a_name, active.said_scientific_name as a_scientific_name,
       candidate.said as b_name, candidate.said_scientific_name as b_scientific_name, count(*) as photos
from shadow_answers as candidate
join photos on photos.id = candidate.photo_id
join batches on batches.id = photos.batch_id
join readings as active on active.photo_id = photos.id and active.model_id = :active
where candidate.model_id = :candidate and batches.deleted_at is null
  and photos.corrected_species is not null and coalesce(photos.label_rank, 'species') in ('species', 'not-a-bird')
  and (photos.sighting_id is not null or not batches.listed)
group by 1, 2, 3, 4, 5, 6, 7, 8;
