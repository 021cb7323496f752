-- name: sites_of
-- What is said of a batch, and of folders in it.
select folder, name, latitude, longitude, zone, clock_shift_s, overrides
from sites where batch_id = :batch_id order by folder;

-- name: forget_sites!
delete from sites where batch_id = :batch_id;

-- name: keep_sites!
-- One already there stays as it is: a batch that is made twice under one key is that of the first time.
insert into sites (batch_id, folder, name, latitude, longitude, zone, clock_shift_s, overrides)
select :batch_id, folder, name, latitude, longitude, zone, clock_shift_s, overrides
from jsonb_to_recordset(:sites::jsonb) as t (
    folder text, name text, latitude double precision, longitude double precision, zone text, clock_shift_s integer,
    overrides boolean
)
on conflict (batch_id, folder) do nothing;

-- name: clock_frames
-- Photos with a satellite's time beside a camera's clock: some of each folder and camera, spread over its photos.
with frames as (
    select name, camera, taken_at, taken_local, taken_offset_minutes, taken_from, gps_at, latitude, longitude,
           row_number() over (partition by regexp_replace(name, '/?[^/]*$', ''), camera order by md5(id::text)) as place
    from photos where batch_id = :batch_id and gps_at is not null and taken_local is not null
)
select * from frames where place <= :each limit :most;

-- name: clock_minutes
-- Minutes in which cameras that say which they are took photos, by their own clocks.
select distinct regexp_replace(name, '/?[^/]*$', '') as folder, camera, date_trunc('minute', taken_local) as local,
                taken_offset_minutes is not null as knows
from photos
where batch_id = :batch_id and camera is not null and taken_local is not null and taken_from <> 'FileName'
order by local limit :most;
