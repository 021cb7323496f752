-- name: want_sightings^
-- Have them made anew. The caller holds the batch's lock.
update batches
set sightings_wanted = sightings_wanted + 1, sightings_claimed_at = null,
    sightings_gap_s = case when :keep_gap then sightings_gap_s else :gap_s::real end
where id = :batch_id
returning sightings, sightings_gap_s, sightings_wanted > sightings_made as wanted;

-- name: renew_sightings!
-- What they were made of is another one by now; those that were never made are made when their batch is finished.
update batches set sightings_wanted = sightings_wanted + 1, sightings_claimed_at = null
where id = :batch_id and sightings_wanted > 0;

-- name: claim^
-- A batch whose sightings are to be made, and that nobody has begun with lately.
update batches set sightings_claimed_at = now()
where id = (
    select id from batches
    where sightings_wanted > sightings_made and deleted_at is null
      and (sightings_claimed_at is null or sightings_claimed_at < now() - make_interval(secs => :stale_s))
    order by sightings_wanted, id
    limit 1
    for no key update skip locked
)
returning id, sightings_wanted as version, sightings_gap_s as gap_s;

-- name: frames_after
-- Answered photos of a batch in the order of seq, with what tells whether they are of one sighting.
select photos.id, photos.seq, photos.name, photos.camera, photos.blob_id, photos.gradient, photos.model_id,
       extract(epoch from coalesce(photos.taken_local, photos.taken_at at time zone 'UTC'))::float8 as moment,
       photos.latitude, photos.longitude, photos.bird_probability, readings.embedding
from photos
left join readings on readings.photo_id = photos.id and readings.model_id = photos.model_id
where photos.batch_id = :batch_id and photos.seq > :after and photos.state = 'done'
order by photos.seq
limit :limit;

-- name: models_of
select distinct model_id from photos where id = any(:photo_ids::uuid[]) and model_id is not null;

-- name: claim_on$
-- Whoever makes this version still does; nothing where another one is wanted by now. Changes of its photos wait.
update batches set sightings_claimed_at = now() where id = :batch_id and sightings_wanted = :version returning id;

-- name: told_of
-- What the model tells of these photos, and what it said.
select photos.id, photos.model_id, photos.bird_probability, readings.logits, readings.box,
       coalesce((photos.predictions -> 0 ->> 'probability')::float8, 0) as probability,
       coalesce(photos.rolled_name, case
           when photos.bird_probability < 0.2 then 'Not a bird' else photos.predictions -> 0 ->> 'species'
       end) as name,
       case
           when photos.rolled_name is not null then photos.rolled_scientific_name
           when coalesce(photos.bird_probability, 1) >= 0.2 then photos.predictions -> 0 ->> 'scientific_name'
       end as scientific_name,
       coalesce(photos.rolled_rank, case when photos.bird_probability < 0.2 then 'not-a-bird' else 'species' end) as rank,
       photos.rolled_probability
from photos
left join readings on readings.photo_id = photos.id and readings.model_id = photos.model_id
where photos.id = any(:photo_ids::uuid[]) and photos.state = 'done' and photos.predictions -> 0 is not null;

-- name: keep_sightings!
insert into sightings (
    id, batch_id, position, version, photos, disagreeing, best_photo_id, bird_probability,
    rolled_name, rolled_scientific_name, rolled_rank, rolled_probability
)
select id, :batch_id, position, :version, photos, disagreeing, best_photo_id, bird_probability,
       rolled_name, rolled_scientific_name, rolled_rank, rolled_probability
from jsonb_to_recordset(:sightings::jsonb) as t (
    id uuid, position integer, photos integer, disagreeing integer, best_photo_id uuid, bird_probability real,
    rolled_name text, rolled_scientific_name text, rolled_rank text, rolled_probability real
)
on conflict (id) do update
set position = excluded.position, version = excluded.version, photos = excluded.photos,
    disagreeing = excluded.disagreeing, best_photo_id = excluded.best_photo_id,
    bird_probability = excluded.bird_probability, rolled_name = excluded.rolled_name,
    rolled_scientific_name = excluded.rolled_scientific_name, rolled_rank = excluded.rolled_rank,
    rolled_probability = excluded.rolled_probability;

-- name: place_frames!
-- Photos that are where they were stay untouched.
update photos set sighting_id = told.sighting_id, frame = told.frame, repeats = told.repeats
from unnest(:photo_ids::uuid[], :sighting_ids::uuid[], :frames::integer[], :repeated::uuid[])
    as told (photo_id, sighting_id, frame, repeats)
where photos.id = told.photo_id
  and (photos.sighting_id, photos.frame, photos.repeats) is distinct from (told.sighting_id, told.frame, told.repeats);

-- name: end_sightings!
-- This version is whole: what others have left goes. The caller holds the batch's lock.
with gone as (
    delete from sightings where batch_id = :batch_id and version <> :version returning id
), left_over as (
    update photos set sighting_id = null, frame = null, repeats = null
    where batch_id = :batch_id and sighting_id is not null and state <> 'done'
)
update batches
set sightings_made = :version, sightings_claimed_at = null,
    sightings = (select count(*) from sightings where batch_id = :batch_id and version = :version)
where id = :batch_id;

-- name: how_they_stand^
select sightings, sightings_gap_s, sightings_wanted > sightings_made as wanted from batches where id = :batch_id;

-- name: sightings_after
-- A page in the order of time.
select * from seen_sightings
where batch_id = :batch_id and position > :after
order by position
limit :limit;

-- name: sightings_by_id
select * from seen_sightings where id = any(:ids::uuid[]);

-- name: frames_of
-- These frames of each of these sightings, in the order of time.
select id, sighting_id from photos
where sighting_id = any(:sighting_ids::uuid[]) and frame >= :since and frame < :until
order by sighting_id, frame;

-- name: sightings_by_name
-- How many of each name; those to check have no person's word, and either no sure name or frames that disagree.
select name, scientific_name, rank, count(*) as sightings, sum(photos)::bigint as photos,
       count(*) filter (where reviewed) as reviewed, count(*) filter (where unsure) as to_check
from (
    select coalesce(words.name, rolled_name) as name, photos, words.name is not null as reviewed,
           case when words.name is null then rolled_scientific_name else words.scientific_name end as scientific_name,
           case when words.name is null then rolled_rank else words.rank end as rank,
           words.name is null and (rolled_rank not in ('species', 'not-a-bird') or disagreeing > 0) as unsure
    from sightings
    left join (
        select sighting_id, mode() within group (order by corrected_species) as name,
               mode() within group (order by label_scientific_name) as scientific_name,
               mode() within group (order by coalesce(label_rank, 'species')) as rank
        from photos
        where batch_id = :batch_id and sighting_id is not null and corrected_species is not null
        group by sighting_id
    ) as words on words.sighting_id = sightings.id
    where sightings.batch_id = :batch_id
) as named
group by name, scientific_name, rank
order by sightings desc, name;
