-- name: register_model$
-- The id of exactly these weights under this name, recorded at their first use; with them, what its last worker reads
-- their answers by.
insert into models (id, name, version, digest, source, bundle)
values (:id, :name, :version, :digest, :source, :bundle::jsonb)
on conflict (name, version, digest) do update set source = excluded.source, bundle = excluded.bundle
returning id;

-- name: list_models
-- Newest first; active is the newest of the promoted source.
select models.id, models.name, models.version, models.digest, models.source, models.bundle, models.registered_at,
       models.id is not distinct from (
           select latest.id from models as latest
           join active_model on active_model.source = latest.source
           order by latest.registered_at desc limit 1
       ) as active
from models
order by models.registered_at desc;

-- name: active_model_id$
-- The newest of the promoted source; none until a worker has loaded it.
select models.id from models join active_model on active_model.source = models.source
order by models.registered_at desc limit 1;

-- name: get_model^
select id, name, version, digest, source, bundle, registered_at, false as active from models where id = :model_id;

-- name: active_source^
-- The reference of the promoted model, if one was promoted.
select source, promoted_at from active_model;

-- name: promote!
-- A candidate that is promoted is none any more.
with ended as (delete from shadow where source = :source)
insert into active_model (source) values (:source)
on conflict (one) do update
set source = excluded.source, promoted_at = now(), loading_at = null, failure = null;

-- name: promote_first!
-- The configured model becomes active where none was ever promoted.
insert into active_model (source) values (:source) on conflict (one) do nothing;

-- name: note_good!
-- A worker serves it; unless another one was promoted meanwhile, it is the way back, and what was served before it is
-- the way back from it.
update active_model
set previous_source = case when good_source is distinct from :source then good_source else previous_source end,
    good_source = :source, failure = null
where source = :source;

-- name: go_back$
-- To what serves while the promoted model does not, or to what served before it; nothing where nothing did.
with before as (
    select case when source is distinct from good_source then good_source else previous_source end as source
    from active_model
), ended as (
    delete from shadow using before where shadow.source = before.source
)
update active_model set source = before.source, promoted_at = now(), loading_at = null, failure = null
from before where before.source is not null
returning active_model.source;

-- name: note_loading!
-- A worker has begun to load it.
update active_model set loading_at = now() where source = :source;

-- name: note_failure!
-- A worker could not load it.
update active_model set failure = :reason where source = :source;

-- name: promotion^
-- How the promoted model fares.
select source, source is not distinct from good_source as good, loading_at is not null as loading, failure
from active_model;

-- name: take_back!
-- Workers go on with the last good model, unless another one was promoted meanwhile.
update active_model set source = good_source, loading_at = null, failure = null
where source = :source and good_source is not null;

-- name: good_source$
select good_source from active_model;

-- name: note_engine!
-- A worker has chosen this engine for a model.
insert into model_engines (model_id, engine, findings) values (:model_id, :engine, :findings::jsonb)
on conflict (model_id, engine) do update set findings = excluded.findings, told_at = now();

-- name: engine_notes
-- By which engines workers have run a model, the latest first.
select engine, findings, told_at from model_engines where model_id = :model_id order by told_at desc;

-- name: all_engine_notes
-- The same of all models.
select model_id, engine, findings, told_at from model_engines order by told_at desc;
