-- In the order that the outbox is read in. With both columns ascending, as it was, every page sorted all of it.
drop index photos_unpublished;
create index photos_unpublished on photos (lane desc, queued_at)
    where state = 'queued' and published_at is null;
