-- name: claim_deliveries
-- Webhooks that something is due for and that nobody has, each with what is due first; from now on they are ours.
with free as (
    select id from webhooks
    where enabled and free_at <= now()
      and exists (
          select from webhook_deliveries where webhook_id = webhooks.id and due_at <= now()
      )
    order by free_at
    limit :limit
    for no key update skip locked
), held as (
    update webhooks set free_at = now() + make_interval(secs => :lease_s)
    from free where webhooks.id = free.id
    returning webhooks.*
)
select due.id, held.id as webhook_id, held.free_at as held_until, held.url, due.event, due.body, due.failures,
       case when held.old_secret_until > now() then array[held.secret, held.old_secret] else array[held.secret] end
           as secrets
from held cross join lateral (
    select id, event, body, failures from webhook_deliveries
    where webhook_id = held.id and due_at <= now()
    order by due_at, id
    limit 1
) as due;

-- name: settle_delivery$
-- What came of it, and the webhook is free again; nothing where it is not ours any more. One that is given up switches
-- the webhook off where nothing else was delivered for as long as this one was tried.
with fails as (
    select :given_up and not exists (
        select from webhook_deliveries
        where webhook_id = :webhook_id and delivered_at > now() - make_interval(secs => :tried_for_s)
    ) as so
), held as (
    update webhooks
    set free_at = now() + make_interval(secs => :rest_s), enabled = enabled and not :gone and not fails.so,
        gone_at = case when :gone then now() else gone_at end,
        failed_at = case when fails.so then now() else failed_at end
    from fails
    where id = :webhook_id and free_at = :held_until
    returning id
), settled as (
    update webhook_deliveries
    set due_at = now() + make_interval(secs => :again_s::float8),
        failures = failures + case when :problem::text is null then 0 else 1 end,
        delivered_at = case when :problem::text is null then now() else delivered_at end
    from held where webhook_deliveries.id = :id
    returning webhook_deliveries.id
), noted as (
    insert into webhook_attempts (delivery_id, status, problem, took_s)
    select id, :status::smallint, :problem::text, :took_s from settled
)
select id from held;

-- name: waiting_deliveries$
select count(*) from webhook_deliveries where due_at is not null;

-- name: forget_deliveries$
with gone as (
    delete from webhook_deliveries
    where id in (
        select id from webhook_deliveries
        where created_at < now() - make_interval(secs => :older_than_s) order by created_at limit :limit
    )
    returning id
)
select count(*) from gone;
