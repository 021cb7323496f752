-- How long an object may live is data: a URL to upload it by works after its photo or its batch is gone, and a
-- thumbnail may be in the making. So objects are removed at once, and again when nothing can put them back.

-- When its last upload URL was given out; null for a photo that came through the api.
alter table photos add column reserved_at timestamptz;
update photos set reserved_at = blobs.created_at from blobs
    where blobs.id = photos.blob_id and photos.state = 'uploading';
create index photos_reserved on photos (reserved_at) where state = 'uploading';

alter table garbage
    add column until timestamptz not null default now(),  -- from then on nobody can put its objects back
    add column due_at timestamptz not null default now();  -- of the next removal: the first at once, the last at `until`
alter table garbage alter column until drop default;
create index garbage_due on garbage (due_at);
