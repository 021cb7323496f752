-- name: accept_here^
insert into range_accepted (
    id, owner_id, species, scientific_name, country, latitude, longitude, radius_km, note
)
values (:id, :owner_id, :species, :scientific_name, :country, :latitude, :longitude, :radius_km, :note)
returning id, species, scientific_name, country, latitude, longitude, radius_km, note, created_at;

-- name: accepted_of
-- The owner's words, newest first.
select id, species, scientific_name, country, latitude, longitude, radius_km, note, created_at
from range_accepted where owner_id = :owner_id order by id desc;

-- name: take_back$
delete from range_accepted where id = :id and owner_id = :owner_id returning id;

-- name: judge_all_again!
-- All answers of an owner. In id order, as answers lock batches.
with owned as (
    select id from batches where owner_id = :owner_id and last_seq > 0 and deleted_at is null
    order by id for no key update
)
update batches set judge_from = 0, judge_until = last_seq from owned where batches.id = owned.id;
