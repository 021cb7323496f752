-- name: register_model$
-- The id of exactly these weights under this name, recorded at their first use.
insert into models (id, name, version, digest, source, bundle)
values (:id, :name, :version, :digest, :source, :bundle::jsonb)
on conflict (name, version, digest) do update set source = excluded.source
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

-- name: active_source^
-- The reference of the promoted model, if one was promoted.
select source, promoted_at from active_model;

-- name: promote!
insert into active_model (source) values (:source)
on conflict (one) do update set source = excluded.source, promoted_at = now();

-- name: promote_first!
-- The configured model becomes active where none was ever promoted.
insert into active_model (source) values (:source) on conflict (one) do nothing;

-- name: note_good!
-- A worker serves it; unless another one was promoted meanwhile, it is the way back.
update active_model set good_source = :source where source = :source;

-- name: good_source$
select good_source from active_model;
