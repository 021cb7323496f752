-- Photos are published in turns by owner, so the outbox is read by owner: repeated from the batch, like the lane. An
-- api of an earlier version names nobody; its photos have a turn of their own.
alter table photos add column owner_id uuid not null default '00000000-0000-0000-0000-000000000000';
update photos set owner_id = batches.owner_id from batches
    where batches.id = photos.batch_id and photos.state in ('uploading', 'queued');
drop index photos_unpublished;
create index photos_unpublished on photos (lane, owner_id, queued_at)
    where state = 'queued' and published_at is null;
