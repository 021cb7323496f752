-- name: judged_by
-- What it takes to judge photos that are being answered: names, what is said of their batches, their owners' words.
select photos.id, photos.name,
       coalesce((batches.scoring -> 'range' ->> 'reorder')::boolean, false) as reorder,
       (select jsonb_agg(to_jsonb(sites) - 'batch_id') from sites where sites.batch_id = photos.batch_id) as sites,
       (
           select jsonb_agg(jsonb_build_object(
               'scientific_name', scientific_name, 'country', country, 'latitude', latitude, 'longitude', longitude,
               'radius_km', radius_km
           )) from range_accepted where range_accepted.owner_id = batches.owner_id
       ) as accepted
from photos join batches on batches.id = photos.batch_id
where photos.id = any(:photo_ids::uuid[]);

-- name: judge_again!
-- All answers of a batch, by a worker that has a source of ranges. The caller holds the batch's lock.
update batches set judge_from = 0, judge_until = last_seq where id = :batch_id and last_seq > 0;

-- name: batch_to_judge^
-- One that no other worker is at, locked.
select id, last_seq, judge_from, judge_until from batches
where judge_until is not null and deleted_at is null
order by id limit 1
for no key update skip locked;

-- name: photos_to_judge
select id, seq, name, state, predictions, range, taken_at, taken_local, taken_offset_minutes, taken_from, latitude,
       longitude
from photos where batch_id = :batch_id and seq > :after and seq <= :until
order by seq limit :limit;

-- name: keep_judged!
-- Answers that are told otherwise now, each under the seq that is given with it.
update photos set range = judged.range, seq = judged.seq
from jsonb_to_recordset(:judged::jsonb) as judged (photo_id uuid, range jsonb, seq bigint)
where photos.id = judged.photo_id;

-- name: judged_until!
-- How far the judging of a batch has come; nulls when it is done.
update batches set judge_from = :judge_from, judge_until = :judge_until, last_seq = :last_seq where id = :batch_id;
