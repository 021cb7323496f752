-- name: take_portion^
-- Takes `wanted` of a key's quota in the window that is now; says how much all have taken, and when it ends.
insert into key_usage as before (key_id, quota, since, used)
values (
    :key_id, :quota, date_bin(make_interval(secs => :window_s), now(), timestamptz '2000-01-01T00:00Z'), :wanted
)
on conflict (key_id, quota) do update
set used = case when before.since = excluded.since then before.used else 0 end + excluded.used,
    since = excluded.since
returning used, extract(epoch from since + make_interval(secs => :window_s) - now())::float8 as ends_in_s;

-- name: tell_holds!
-- What a process holds open for keys; what it does not name any more it holds no more.
with told as (
    insert into key_holds (process_id, key_id, quota, held)
    select :process_id, key_id, quota, held
    from unnest(:key_ids::uuid[], :quotas::text[], :helds::integer[]) as t (key_id, quota, held)
    on conflict (process_id, key_id, quota) do update set held = excluded.held, told_at = now()
    returning key_id, quota
)
delete from key_holds
where case when process_id = :process_id then (key_id, quota) not in (select key_id, quota from told)
           else told_at < now() - make_interval(secs => :gone_after_s) end;

-- name: holds_elsewhere
-- What other processes hold open for keys.
select key_id, quota, sum(held)::integer as held from key_holds
where process_id <> :process_id and told_at >= now() - make_interval(secs => :gone_after_s)
group by key_id, quota;

-- name: queued_of_owner$
select coalesce(sum(queued), 0)::bigint from batches where owner_id = :owner_id and queued > 0 and deleted_at is null;

-- name: open_batches_of_owner$
select count(*) from batches where owner_id = :owner_id and closed_at is null and listed
  and deleted_at is null;

-- name: webhooks_of_owner$
select count(*) from webhooks where owner_id = :owner_id;
