-- Files that were given to a batch and became no photo of it: refused by us, or left out by the client that had them.
create table refused (
    id uuid primary key,  -- in the order of time
    batch_id uuid not null references batches on delete cascade,
    name text not null,
    code text not null,
    detail text not null,
    refused_at timestamptz not null default now(),
    unique (batch_id, name)  -- the same file may be sent again, and is refused once
);
create index refused_of_batch on refused (batch_id, id);

-- How many there are, also of those that are more than are kept by name.
alter table batches
    add column refused integer not null default 0 check (refused >= 0),
    add column left_out integer not null default 0 check (left_out >= 0);
