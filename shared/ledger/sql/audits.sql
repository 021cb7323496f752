-- name: acceptable
select photo_id, name, probability from acceptable_answers
where batch_id = :batch_id and probability >= :threshold;

-- name: basis$
-- The same for the same answers, in whatever order.
select count(*) || '/' || coalesce(sum(hashtextextended(photo_id || name || probability, 0)), 0)
from acceptable_answers where batch_id = :batch_id and probability >= :threshold;

-- name: strata
-- How many there are of each species and band.
select name, width_bucket(probability, :bands::float8[]) as band, count(*) as photos
from acceptable_answers where batch_id = :batch_id and probability >= :threshold
group by name, band;

-- name: audit_of^
select * from audits where batch_id = :batch_id;

-- name: keep_audit!
-- In the stead of what was drawn before. The caller holds the batch's lock.
with gone as (
    delete from audited where batch_id = :batch_id
)
insert into audits (batch_id, threshold, target, share, seed, basis)
values (:batch_id, :threshold, :target, :share, :seed, :basis)
on conflict (batch_id) do update
set threshold = excluded.threshold, target = excluded.target, share = excluded.share, seed = excluded.seed,
    basis = excluded.basis, drawn_at = now();

-- name: keep_audited!
insert into audited (batch_id, photo_id, place, name, probability, counts)
select :batch_id, photo_id, place, name, probability, counts
from unnest(:photo_ids::uuid[], :names::text[], :probabilities::float8[], :counts::boolean[])
    with ordinality as t (photo_id, name, probability, counts, place);

-- name: audited_of
-- What was drawn, in the order of chance, with a person's word on it.
select audited.photo_id, audited.name, audited.probability, audited.counts, photos.name as file,
       photos.corrected_species as said
from audited join photos on photos.id = audited.photo_id
where audited.batch_id = :batch_id
order by audited.place;

-- name: left_to_look_at^
-- Answers that accepting from this probability on would leave without a person's word; null: where nothing is accepted.
select count(*) as photos, count(distinct coalesce(sighting_id, id)) as sightings
from photos
where batch_id = :batch_id and state = 'done' and corrected_species is null
  and not coalesce(final_rank = 'species' and model_probability(photos) >= :threshold::float8, false);

-- name: times_of
-- When a key last said something of a batch, the latest first.
select said_at from label_acts where batch_id = :batch_id and key_id = :key_id order by said_at desc limit :limit;
