-- name: plan_anew!
-- For the rest of the transaction: the plan that is good for any selection reads whole batches.
set local plan_cache_mode = force_custom_plan;

-- name: select_photos
-- Answered photos of a batch that are like this, in the order of seq; what is null is not asked for.
select id, seq from photos
where batch_id = :batch_id and seq > :after and seq <= :until
  and (:state::text is null or state = :state::text)
  and (:reviewed::boolean is null or (corrected_species is not null) = :reviewed::boolean)
  and (:name::text is null or final_name = :name::text)
  and (:rank::text is null or final_rank = :rank::text)
  and (:sighting_id::uuid is null or sighting_id = :sighting_id::uuid)
  and (:in_range::boolean is null or in_range = :in_range::boolean)
  and (:min_probability::float8 is null or model_probability(photos) >= :min_probability::float8)
  and (:max_probability::float8 is null or model_probability(photos) <= :max_probability::float8)
order by seq
limit :limit;
