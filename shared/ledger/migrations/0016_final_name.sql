-- The one name of a photo, by one rule: a person's word; else the model's at the lowest rank that it is sure enough
-- of (`rolled_…`, see shared/final_name.py); else, of an answer from before there were such, its best species where it
-- shows a bird. Everything that shows, counts or asks by name reads `final_…`.
alter table photos
    add column rolled_name text,
    add column rolled_scientific_name text,
    add column rolled_rank text,
    add column rolled_probability real,
    add column label_scientific_name text,  -- of `corrected_species`; null of what is no taxon
    add column label_rank text;
update photos set label_rank = case when corrected_species = 'Not a bird' then 'not-a-bird' else 'species' end
    where corrected_species is not null;
alter table photos
    add column final_name text generated always as (
        case
            when corrected_species is not null then corrected_species
            when state <> 'done' then null
            when rolled_name is not null then rolled_name
            when bird_probability < 0.2 then 'Not a bird'
            else predictions -> 0 ->> 'species'
        end
    ) stored,
    add column final_scientific_name text generated always as (
        case
            when corrected_species is not null then label_scientific_name
            when state <> 'done' then null
            when rolled_name is not null then rolled_scientific_name
            when bird_probability < 0.2 then null
            else predictions -> 0 ->> 'scientific_name'
        end
    ) stored,
    add column final_rank text generated always as (
        case
            when corrected_species is not null then coalesce(label_rank, 'species')
            when state <> 'done' then null
            when rolled_name is not null then rolled_rank
            when bird_probability < 0.2 then 'not-a-bird'
            when predictions -> 0 is not null then 'species'
        end
    ) stored;
