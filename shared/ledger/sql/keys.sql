-- name: ensure_owner$
-- The owner of that name, made if there is none.
insert into owners (id, name) values (:id, :name)
on conflict (name) do update set name = excluded.name
returning id;

-- name: create_key!
-- A further key of an owner; `lifetime_s` null: it does not expire.
insert into keys (id, owner_id, digest, hint, scopes, person, expires_at, batch_id)
values (
    :id, :owner_id, :digest, :hint, :scopes::text[], :person, now() + make_interval(secs => :lifetime_s::float8),
    :batch_id::uuid
);

-- name: enter_key!
-- A key that was made elsewhere; one that is known is given these scopes, and stays revoked where it was.
insert into keys (id, owner_id, digest, hint, scopes) values (:id, :owner_id, :digest, :hint, :scopes::text[])
on conflict (digest) do update set scopes = excluded.scopes;

-- name: keys_beginning
-- Those that are good and begin like this; stale: their last use was noted more than a minute ago.
select id, owner_id, digest, person, scopes, batch_id,
       coalesce(used_at < now() - interval '1 minute', true) as stale
from keys
where hint = :hint and revoked_at is null and (expires_at is null or expires_at > now());

-- name: note_use!
update keys set used_at = now() where id = :id;

-- name: list_keys
-- All keys, oldest first; of shares only those of `batch_id`, or of none.
select keys.id, owners.name as owner, keys.hint, keys.scopes, keys.person, keys.batch_id, keys.created_at,
       keys.expires_at, keys.used_at, keys.revoked_at
from keys join owners on owners.id = keys.owner_id
where keys.batch_id is not distinct from :batch_id::uuid
order by keys.created_at, keys.id;

-- name: get_key^
select keys.id, owners.name as owner, keys.hint, keys.scopes, keys.person, keys.batch_id, keys.created_at,
       keys.expires_at, keys.used_at, keys.revoked_at
from keys join owners on owners.id = keys.owner_id
where keys.id = :id;

-- name: revoke_keys$
-- Revokes by owner name, key id or hint; says how many it revoked. Shares of an owner's batches go with the owner's name.
with revoked as (
    update keys set revoked_at = now()
    from owners
    where owners.id = keys.owner_id and keys.revoked_at is null
      and (owners.name = :which or keys.id::text = :which or keys.hint = :which)
    returning keys.id
)
select count(*) from revoked;

-- name: revoke_key$
-- Revokes one, of this batch where it is a share; its id, or nothing where there is no such key.
update keys set revoked_at = coalesce(revoked_at, now())
where id = :id and batch_id is not distinct from :batch_id::uuid
returning id;
