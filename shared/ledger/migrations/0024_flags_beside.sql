-- Flags are kept beside the predictions, by species: what a model said can be told anew, and they stay true.
create function first_in_range(predictions jsonb, range jsonb) returns boolean immutable language sql as $$
    select flag from (
        select (range -> 'in_range' ->> (prediction ->> 'species'))::boolean as flag, place
        from jsonb_array_elements(predictions) with ordinality as told (prediction, place)
    ) as flags
    order by (range ->> 'reorder')::boolean and flag is false, place limit 1
$$;
alter table photos drop column in_range;
alter table photos add column in_range boolean generated always as (
    case when range is not null and state = 'done' then first_in_range(predictions, range) end
) stored;
