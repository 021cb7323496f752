-- name: acceptable
-- Answers that name a species with at least this probability, whatever a person says of them.
select id, name, probability from (
    select id, coalesce(rolled_name, predictions -> 0 ->> 'species') as name,
           round(model_probability(photos)::numeric, 6)::float8 as probability
    from photos
    where batch_id = :batch_id and state = 'done'
      and coalesce(rolled_rank, case when coalesce(bird_probability, 1) >= 0.2 then 'species' end) = 'species'
) as named
where probability >= :threshold;

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
