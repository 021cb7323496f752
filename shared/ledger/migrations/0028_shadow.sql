-- The candidate that answers every n-th photo beside the active model; at most one row, and none where nobody asked.
create table shadow (
    one boolean primary key default true check (one),
    source text not null,
    every integer not null check (every > 0),
    set_at timestamptz not null default now(),
    model_id uuid references models,  -- once a worker has loaded it
    failure text  -- why a worker gave it up
);

-- What candidates said; nothing that is told of a photo ever comes from here.
create table shadow_answers (
    photo_id uuid not null references photos on delete cascade,
    model_id uuid not null references models,
    species text not null,
    scientific_name text,
    probability real not null,
    bird_probability real,
    said text not null generated always as (
        case when bird_probability < 0.2 then 'Not a bird' else species end
    ) stored,
    said_scientific_name text generated always as (
        case when bird_probability < 0.2 then null else scientific_name end
    ) stored,
    answered_at timestamptz not null default now(),
    primary key (photo_id, model_id)
);
create index shadow_answers_of_model on shadow_answers (model_id);

-- What was served before `good_source`: the way back from a model that is good, and not good enough.
alter table active_model add column previous_source text;
