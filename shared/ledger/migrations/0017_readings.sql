-- What each model said of each photo is kept, so that it can be told anew without asking a model again.
create table readings (
    photo_id uuid not null references photos on delete cascade,
    model_id uuid not null references models,
    logits bytea,  -- half floats, a row for each look; null of an answer from before there were readings
    embedding bytea,  -- half floats; null where the engine did not find the layer
    box jsonb,  -- what the second look was at
    -- What the answer was, as it was given; rescoring changes none of it.
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
    read_at timestamptz not null default now(),
    primary key (photo_id, model_id)
);
-- Half floats have nothing to squeeze out.
alter table readings alter column logits set storage external, alter column embedding set storage external;

-- How answers are told of: temperature, thresholds; null: as the model and this version of Birds have it.
alter table batches add column scoring jsonb;
