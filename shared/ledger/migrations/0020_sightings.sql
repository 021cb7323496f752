-- Photos that are frames of one bird make a sighting. Sightings follow from the answers of a batch: they are made when
-- it is finished, and again whenever that is asked for.
alter table photos
    add column gradient bigint,  -- how the picture looks, in 64 bits; null of nothing that is told
    add column sighting_id uuid,
    add column frame integer,  -- its place in the sighting, in the order of time
    add column repeats uuid;  -- the photo of the same sighting whose picture it shows again
create index photos_of_sighting on photos (sighting_id) where sighting_id is not null;

create table sightings (
    id uuid primary key,  -- that of its first frame
    batch_id uuid not null references batches on delete cascade,
    position integer not null,  -- in the order of time
    version integer not null,
    photos integer not null,
    disagreeing integer not null,  -- frames of which the model says what the sighting's name excludes
    best_photo_id uuid not null,
    bird_probability real,
    rolled_name text not null,
    rolled_scientific_name text,
    rolled_rank text not null,
    rolled_probability real
);
create index sightings_of_batch on sightings (batch_id, position);

alter table batches
    add column sightings integer,  -- null until they are made
    add column sightings_gap_s real,  -- null: the default
    add column sightings_wanted integer not null default 0,  -- versions; they are made anew where this one is greater
    add column sightings_made integer not null default 0,
    add column sightings_claimed_at timestamptz;
create index batches_without_sightings on batches (id) where sightings_wanted > sightings_made;

-- Whatever finishes a batch has its sightings made.
create function want_sightings() returns trigger language plpgsql as $$
begin
    new.sightings_wanted := new.sightings_wanted + 1;
    return new;
end
$$;
create trigger batch_finished before update of finished_at on batches
    for each row
    when (new.listed and new.finished_at is not null and old.finished_at is distinct from new.finished_at)
    execute function want_sightings();

-- What a person is to check before the answers of a batch are accepted from a threshold on: the latest drawing.
create table audits (
    batch_id uuid primary key references batches on delete cascade,
    threshold double precision not null,
    target double precision not null,
    share double precision not null,  -- of the answers that would be accepted
    seed bigint not null,
    basis text not null,  -- what those answers were: where it is another by now, it is drawn anew
    drawn_at timestamptz not null default now()
);
create table audited (
    batch_id uuid not null references audits on delete cascade,
    photo_id uuid not null references photos on delete cascade,
    place integer not null,  -- in the order of chance
    name text not null,  -- as the model had it
    probability double precision not null,
    counts boolean not null,  -- false: it was drawn for its species alone
    primary key (batch_id, photo_id)
);
create index audited_photos on audited (photo_id);

-- Answers that name a species, and how sure they are of it, whatever a person says.
create view acceptable_answers as
    select id as photo_id, batch_id, coalesce(rolled_name, predictions -> 0 ->> 'species') as name,
           round(model_probability(photos)::numeric, 6)::float8 as probability
    from photos
    where state = 'done'
      and coalesce(rolled_rank, case when coalesce(bird_probability, 1) >= 0.2 then 'species' end) = 'species';
