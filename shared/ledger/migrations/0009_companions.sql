-- A camera that writes a raw file and a JPEG of one photo: the other file's name stands with the photo.
alter table photos add column companions text[] not null default '{}';
-- The picture that a raw file belongs to is looked up by name.
create index photos_by_name on photos (batch_id, name);
