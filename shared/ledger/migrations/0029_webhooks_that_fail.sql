-- When a webhook had taken nothing for as long as a delivery is tried, and was switched off.
alter table webhooks add column failed_at timestamptz;
