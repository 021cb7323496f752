-- name: ensure_owner$
-- The owner of that name, made if there is none.
insert into owners (id, name) values (:id, :name)
on conflict (name) do update set name = excluded.name
returning id;

-- name: create_key!
-- A further key of an owner.
insert into keys (id, owner_id, digest, hint) values (:id, :owner_id, :digest, :hint)
on conflict (digest) do nothing;

-- name: owner_of_key^
-- Who a key speaks for; nobody once it is revoked.
select owners.id, owners.name
from keys join owners on owners.id = keys.owner_id
where keys.digest = :digest and keys.revoked_at is null;

-- name: list_keys
-- All keys, oldest first.
select keys.id, owners.name as owner, keys.hint, keys.created_at, keys.revoked_at
from keys join owners on owners.id = keys.owner_id
order by keys.created_at, keys.id;

-- name: revoke_keys$
-- Revokes by owner name, key id or hint; says how many it revoked.
with revoked as (
    update keys set revoked_at = now()
    from owners
    where owners.id = keys.owner_id and keys.revoked_at is null
      and (owners.name = :which or keys.id::text = :which or keys.hint = :which)
    returning keys.id
)
select count(*) from revoked;
