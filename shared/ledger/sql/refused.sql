-- name: forget_refused!
-- Those names are refused no longer: they are photos now, or are about to be refused anew. The caller holds the
-- batch's lock.
with gone as (
    delete from refused where batch_id = :batch_id::uuid and name = any(:names::text[]) returning code
)
update batches
set refused = refused - (select count(*) from gone where code <> 'left-out'),
    left_out = left_out - (select count(*) from gone where code = 'left-out')
where id = :batch_id::uuid and exists (select from gone);

-- name: keep_refused!
-- Counts them all, and keeps as many by name as there is room for. The caller holds the batch's lock, and has
-- forgotten these names.
with incoming as (
    select distinct on (name) id, name, code, detail
    from unnest(:ids::uuid[], :names::text[], :codes::text[], :details::text[]) as t (id, name, code, detail)
    order by name, id desc
), kept as (
    insert into refused (id, batch_id, name, code, detail)
    select id, :batch_id::uuid, name, code, detail from incoming
    order by id
    limit (select greatest(:most - refused - left_out, 0) from batches where id = :batch_id::uuid)
)
update batches
set refused = refused + (select count(*) from incoming where code <> 'left-out'),
    left_out = left_out + (select count(*) from incoming where code = 'left-out')
where id = :batch_id::uuid;

-- name: refused_after
-- A page of a batch's refused files, in the order of time.
select id, name, code, detail, refused_at from refused
where batch_id = :batch_id and (:after::uuid is null or id > :after::uuid)
order by id
limit :limit;
