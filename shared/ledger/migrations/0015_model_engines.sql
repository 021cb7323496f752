-- By which engines workers run each model, and what they found when they chose them; a row for each engine.
create table model_engines (
    model_id uuid not null references models (id) on delete cascade,
    engine text not null,
    findings jsonb,
    told_at timestamptz not null default now(),
    primary key (model_id, engine)
);
