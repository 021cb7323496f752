-- name: reanswer^
-- Takes back answers: some photos that another model answered, or of which nothing was kept of what this one said, are
-- queued again, under no seq. What was said of them stays. Says how many, and the last seq that was looked at. The
-- caller holds the batch's lock.
with answered as (
    select photos.id, photos.seq from photos
    left join readings on readings.photo_id = photos.id and readings.model_id = :model_id
    where photos.batch_id = :batch_id and photos.seq > :after and photos.seq <= :until and photos.state = 'done'
      and (photos.model_id is distinct from :model_id or readings.logits is null)
    order by photos.seq limit :limit
), kept as (
    insert into readings (photo_id, model_id, species, scientific_name, probability, bird_probability)
    select id, model_id, predictions -> 0 ->> 'species', predictions -> 0 ->> 'scientific_name',
           (predictions -> 0 ->> 'probability')::real, bird_probability
    from photos
    where id in (select id from answered) and model_id is not null and predictions -> 0 is not null
    on conflict (photo_id, model_id) do nothing
), queued as (
    update photos
    set state = 'queued', owner_id = :owner_id, seq = null, predictions = null, bird_probability = null, box = null,
        rolled_name = null, rolled_scientific_name = null, rolled_rank = null, rolled_probability = null,
        model_id = null, finished_at = null, queued_at = now(), published_at = null
    where id in (select id from answered)
    returning id
), counted as (
    update batches
    set queued = queued + (select count(*) from queued),
        done = done - (select count(*) from queued),
        finished_at = case when (select count(*) from queued) = 0 then finished_at end
    where id = :batch_id
)
select (select count(*) from queued) as photos, (select max(seq) from answered) as last;
