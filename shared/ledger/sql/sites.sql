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
