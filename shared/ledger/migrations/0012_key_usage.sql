-- What keys have used up of their limits, and what they hold open at each api. Worth nothing after a crash, so it is
-- kept out of the log of changes, where every portion taken would wait for the disk.

create unlogged table key_usage (
    key_id uuid not null,
    quota text not null,
    since timestamptz not null,  -- when the minute or the day began that it is of
    used bigint not null,
    primary key (key_id, quota)
);

create unlogged table key_holds (
    process_id uuid not null,  -- an api process's own, new with each start
    key_id uuid not null,
    quota text not null,
    held integer not null,
    told_at timestamptz not null default now(),
    primary key (process_id, key_id, quota)
);

-- An owner's backlog and open batches are counted when somebody sends photos.
drop index batches_with_backlog;
create index batches_with_backlog on batches (owner_id) where queued > 0;
create index batches_open on batches (owner_id) where closed_at is null and listed;
