-- name: batches_with_abandoned
-- Batches with places that were reserved long ago for uploads which never came.
select distinct batch_id from photos
where state = 'uploading' and reserved_at < now() - make_interval(secs => :older_than_s);

-- name: give_up_uploads!
-- Places for uploads that never came become refused files, but for names of which the batch has a photo or knows
-- a reason already; `older_than_s` and `ids` null: all of them. The caller holds the batches' locks.
with dropped as (
    delete from photos
    where batch_id = any(:batch_ids::uuid[]) and seq is null and state = 'uploading'
      and (:ids::uuid[] is null or id = any(:ids::uuid[]))
      and (:older_than_s::float8 is null or reserved_at < now() - make_interval(secs => :older_than_s::float8))
    returning id, batch_id, name
), missing as (
    insert into refused (id, batch_id, name, code, detail)
    select distinct on (batch_id, name) id, batch_id, name, :code::text, :detail::text from dropped
    where not exists (
        select from photos
        where photos.batch_id = dropped.batch_id and photos.name = dropped.name and photos.state <> 'uploading'
    )
    order by batch_id, name, id
    on conflict (batch_id, name) do nothing
    returning batch_id
), counted as (
    select batch_id, count(*) as files from missing group by batch_id
)
update batches set refused = refused + counted.files from counted where batches.id = counted.batch_id;
