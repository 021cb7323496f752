-- name: join_companions
-- Each raw file whose picture is in this batch becomes that photo's companion, unless it is a photo already.
-- `raws` and `pictures` run side by side: every name that the raw's picture may have.
with pairs as (
    select distinct on (pair.raw) pair.raw, photos.id
    from unnest(:raws::text[], :pictures::text[]) as pair (raw, picture)
    join photos on photos.batch_id = :batch_id::uuid and photos.name = pair.picture and photos.state <> 'failed'
    where not exists (
        select from photos as own where own.batch_id = :batch_id::uuid and own.name = pair.raw
    )
    order by pair.raw, photos.id
), joined as (
    update photos
    set companions = array(
        select unnest(companions) union select raw from pairs where pairs.id = photos.id order by 1
    )
    where id in (select id from pairs)
    returning id, name, state
)
select pairs.raw, joined.id, joined.name, joined.state from pairs join joined using (id);
