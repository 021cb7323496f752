-- name: create_batch$
-- The new batch, or the one that was made under the same key before.
insert into batches (
    id, owner_id, name, lane, top_k, listed, idempotency_key, scoring, client_id, metadata, expires_at
)
values (
    :id, :owner_id, :name, :lane, :top_k, :listed, :idempotency_key, :scoring::jsonb, :client_id, :metadata::jsonb,
    :expires_at
)
on conflict (owner_id, idempotency_key) do update set idempotency_key = excluded.idempotency_key
returning id;

-- name: get_batch^
-- One batch of this owner; the model is that of its latest answer.
select batches.*, models.name || '@' || models.version as model
from batches left join models on models.id = batches.model_id
where batches.id = :batch_id and batches.owner_id = :owner_id and batches.deleted_at is null;

-- name: scoring_of$
select scoring from batches where id = :batch_id;

-- name: batch_versions
-- Of each batch that there is: the transaction that changed its row last; every change of its photos does.
select id, xmin::text as version from batches where id = any(:ids::uuid[]);

-- name: list_batches
-- An owner's batches before the cursor, newest first (ids are ordered by time).
select batches.*, models.name || '@' || models.version as model
from batches left join models on models.id = batches.model_id
where batches.owner_id = :owner_id and batches.listed and batches.deleted_at is null
  and (:before::uuid is null or batches.id < :before::uuid)
  and (:client_id::text is null or batches.client_id = :client_id::text)
order by batches.id desc
limit :limit;

-- name: lock_batch^
-- Every change to photos of a batch begins here, so seq order is commit order and counts can't drift.
select id, owner_id, lane, top_k, closed_at, cancelled_at, cancelling, refused, left_out, last_seq, scoring, name, client_id,
       metadata, expires_at
from batches
where id = :batch_id and owner_id = :owner_id and deleted_at is null
for no key update;

-- name: change_batch!
-- The caller holds the batch's lock.
update batches
set name = :name, client_id = :client_id, metadata = :metadata::jsonb, expires_at = :expires_at
where id = :batch_id;

-- name: close_batch!
-- No more photos; finished at once if none is waiting.
update batches
set closed_at = coalesce(closed_at, now()),
    finished_at = batch_finished_at(coalesce(closed_at, now()), queued, retry_until, finished_at)
where id = :batch_id;

-- name: single_batch$
-- The batch behind a single classification, by its photo; none where the photo's batch is a listed one.
select batches.id from batches join photos on photos.batch_id = batches.id
where photos.id = :photo_id and batches.owner_id = :owner_id and not batches.listed
  and batches.deleted_at is null;

-- name: backlog_by_lane
-- Photos that wait for a worker, of all owners, and how long the first of them has; a lane where none waits has
-- no row. The age is that of the queueing until its message was confirmed, then of the message.
with recursive waiting (lane, owner_id) as (
    select lane, (
        select owner_id from photos
        where photos.lane = lanes.lane and state = 'queued' and published_at is null
        order by owner_id limit 1
    ) from (values ('interactive'), ('bulk')) as lanes (lane)
    union all
    select lane, (
        select photos.owner_id from photos
        where photos.lane = waiting.lane and state = 'queued' and published_at is null
          and photos.owner_id > waiting.owner_id
        order by photos.owner_id limit 1
    ) from waiting where waiting.owner_id is not null
)
select
    lane,
    sum(queued)::bigint as queued,
    coalesce(extract(epoch from now() - least(
        (
            select min((
                select queued_at from photos
                where photos.lane = waiting.lane and photos.owner_id = waiting.owner_id
                  and state = 'queued' and published_at is null
                order by queued_at limit 1
            )) from waiting where waiting.lane = batches.lane
        ),
        (
            select min(published_at) from photos
            where photos.lane = batches.lane and state = 'queued' and published_at is not null
        )
    )), 0)::float8 as age_s
from batches where queued > 0 and deleted_at is null group by lane;
