-- name: create_webhook^
insert into webhooks (id, owner_id, url, events, description, secret)
values (:id, :owner_id, :url, :events::text[], :description, :secret)
returning *;

-- name: list_webhooks
select * from webhooks where owner_id = :owner_id order by id;

-- name: get_webhook^
select * from webhooks where id = :id and owner_id = :owner_id;

-- name: change_webhook^
-- What is null stays as it is; one that is switched on again is neither gone nor failed any more.
update webhooks
set url = coalesce(:url::text, url), events = coalesce(:events::text[], events),
    description = coalesce(:description::text, description), enabled = coalesce(:enabled::boolean, enabled),
    gone_at = case when :enabled::boolean then null else gone_at end,
    failed_at = case when :enabled::boolean then null else failed_at end
where id = :id and owner_id = :owner_id
returning *;

-- name: rotate_secret^
update webhooks
set old_secret = secret, old_secret_until = now() + make_interval(secs => :keep_old_s), secret = :secret
where id = :id and owner_id = :owner_id
returning *;

-- name: delete_webhook$
delete from webhooks where id = :id and owner_id = :owner_id returning id;

-- name: add_test^
insert into webhook_deliveries (id, webhook_id, event, body)
select gen_random_uuid(), id, :event::text,
       json_build_object(
           'type', :event::text, 'timestamp', as_utc(now()), 'data', json_build_object('webhook_id', id)
       )::text
from webhooks where id = :webhook_id and owner_id = :owner_id
for key share
returning *, null::json as attempts;

-- name: list_deliveries
-- Newest first, each with its attempts in the order of time.
select deliveries.*, (
    select json_agg(
        json_build_object(
            'attempted_at', attempts.attempted_at, 'status', status, 'problem', problem, 'took_s', took_s
        )
        order by attempts.attempted_at
    ) from webhook_attempts as attempts where attempts.delivery_id = deliveries.id
) as attempts
from webhook_deliveries as deliveries
where webhook_id = :webhook_id
  and case :state::text
      when 'waiting' then due_at is not null
      when 'delivered' then due_at is null and delivered_at is not null
      when 'failed' then due_at is null and delivered_at is null
      else true
  end
  and (
      :before::uuid is null
      or (created_at, id) < (select created_at, id from webhook_deliveries where id = :before::uuid)
  )
order by created_at desc, id desc
limit :limit;

-- name: replay_delivery^
update webhook_deliveries as deliveries
set due_at = now(), failures = 0
from webhooks
where deliveries.id = :id and webhook_id = :webhook_id and webhooks.id = webhook_id and owner_id = :owner_id
returning deliveries.*, (
    select json_agg(
        json_build_object(
            'attempted_at', attempts.attempted_at, 'status', status, 'problem', problem, 'took_s', took_s
        )
        order by attempts.attempted_at
    ) from webhook_attempts as attempts where attempts.delivery_id = deliveries.id
) as attempts;
