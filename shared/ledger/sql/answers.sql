-- name: lock_batches
-- In id order, so that two workers never wait for each other; each with how its answers are told.
select id, top_k, scoring from batches where id = any(:ids::uuid[]) order by id for no key update;

-- name: names_of
select id, name from photos where id = any(:photo_ids::uuid[]);

-- name: keep_readings!
-- What a model said of photos that are still queued; a second delivery is harmless. The caller holds the batches' locks.
insert into readings (
    photo_id, model_id, logits, embedding, box, species, scientific_name, probability, bird_probability
)
select distinct on (t.photo_id)
       t.photo_id, :model_id::uuid, t.logits, t.embedding, t.box, t.species, t.scientific_name, t.probability,
       t.bird_probability
from unnest(
    :photo_ids::uuid[], :logits::bytea[], :embeddings::bytea[], :boxes::jsonb[], :species::text[],
    :scientific_names::text[], :probabilities::real[], :bird_probabilities::real[]
) with ordinality as t (
    photo_id, logits, embedding, box, species, scientific_name, probability, bird_probability, position
)
join photos on photos.id = t.photo_id and photos.state = 'queued'
order by t.photo_id, t.position
on conflict (photo_id, model_id) do update
set logits = excluded.logits, embedding = excluded.embedding, box = excluded.box, species = excluded.species,
    scientific_name = excluded.scientific_name, probability = excluded.probability,
    bird_probability = excluded.bird_probability, read_at = now();

-- name: record_answers
-- Answers move queued photos to their terminal state under the next seq of their batch; photos in
-- any other state stay as they are (a second delivery is harmless). The caller holds the batches' locks.
with answers as (
    -- A photo may be delivered twice into one group; it must take one seq.
    select distinct on (photo_id) * from jsonb_to_recordset(:answers::jsonb) as t (
        position integer, photo_id uuid, state text, predictions jsonb, bird_probability real, box jsonb,
        width integer, height integer, gradient bigint, taken_at timestamptz, taken_local timestamp, taken_offset_minutes smallint,
        taken_from text, latitude double precision, longitude double precision, error_code text, error_detail text,
        gps_at timestamptz, camera text, range jsonb,
        rolled_name text, rolled_scientific_name text, rolled_rank text, rolled_probability real
    )
    order by photo_id, position
), landing as (
    select answers.*, photos.batch_id,
           batches.last_seq + row_number() over (partition by photos.batch_id order by answers.position) as seq
    from answers
    join photos on photos.id = answers.photo_id and photos.state = 'queued'
    join batches on batches.id = photos.batch_id
), landed as (
    update photos
    set state = landing.state, seq = landing.seq, predictions = landing.predictions,
        bird_probability = landing.bird_probability, box = landing.box, width = landing.width, height = landing.height, gradient = landing.gradient,
        taken_at = landing.taken_at, taken_local = landing.taken_local,
        taken_offset_minutes = landing.taken_offset_minutes, taken_from = landing.taken_from,
        latitude = landing.latitude, longitude = landing.longitude,
        gps_at = landing.gps_at, camera = landing.camera, range = landing.range,
        rolled_name = landing.rolled_name, rolled_scientific_name = landing.rolled_scientific_name,
        rolled_rank = landing.rolled_rank, rolled_probability = landing.rolled_probability,
        error_code = landing.error_code, error_detail = landing.error_detail,
        model_id = case when landing.state = 'done' then :model_id::uuid end, finished_at = now()
    from landing where photos.id = landing.photo_id
    returning photos.batch_id, photos.state
), tally as (
    select batch_id, count(*) as total,
           count(*) filter (where state = 'done') as done,
           count(*) filter (where state = 'failed') as failed
    from landed group by batch_id
)
update batches
set queued = batches.queued - tally.total,
    done = batches.done + tally.done,
    failed = batches.failed + tally.failed,
    last_seq = batches.last_seq + tally.total,
    model_id = coalesce(case when tally.done > 0 then :model_id::uuid end, batches.model_id),
    finished_at = batch_finished_at(
        batches.closed_at, batches.queued - tally.total, batches.retry_until, batches.finished_at
    )
from tally where batches.id = tally.batch_id
returning batches.id, batches.last_seq;
