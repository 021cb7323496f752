-- Where and when photos were really taken, as people say it of a batch or of a folder in it; what a photo recorded
-- stays as it is.
create table sites (
    batch_id uuid not null references batches on delete cascade,
    folder text not null,  -- of photos' names; empty: the whole batch
    name text,
    latitude double precision,
    longitude double precision,
    zone text,  -- tz's name
    clock_shift_s integer not null default 0,
    overrides boolean not null default false,  -- place and zone count before the photos' own
    primary key (batch_id, folder),
    check ((latitude is null) = (longitude is null))
);

-- "I know that it is here": an owner's word on a species at a place, before any source of ranges.
create table range_accepted (
    id uuid primary key,
    owner_id uuid not null references owners,
    species text not null,
    scientific_name text not null,  -- AviList's
    country text,  -- ISO 3166-1's two letters; with no point either, it is so everywhere
    latitude double precision,
    longitude double precision,
    radius_km double precision,
    note text,
    created_at timestamptz not null default now(),
    check ((latitude is null) = (longitude is null) and (latitude is null) = (radius_km is null)),
    check (country is null or latitude is null)
);
create index range_accepted_of_owner on range_accepted (owner_id, id);

alter table photos
    add column gps_at timestamptz,  -- UTC by satellites, beside the camera's clock: what tells that one is wrong
    add column camera text,  -- maker, model and number of the camera
    add column range jsonb,  -- by which source its species were judged, and for which place and month
    add column in_range boolean generated always as ((predictions -> 0 ->> 'in_range')::boolean) stored;

-- Answers with seq > judge_from and <= judge_until are to be judged anew: a site or an owner's word has changed.
alter table batches add column judge_from bigint, add column judge_until bigint;
create index batches_to_judge on batches (id) where judge_until is not null;
