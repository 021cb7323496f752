-- name: begin_act!
-- What a person begins to say. `undoes`: the act that it takes back.
insert into label_acts (id, batch_id, key_id, said_by, note, count, undoes, until)
select :id, :batch_id, :key_id, coalesce(keys.person, owners.name), :note, :count, :undoes::uuid, :until
from (select 1) as one
left join keys on keys.id = :key_id::uuid
left join owners on owners.id = keys.owner_id
on conflict (id) do nothing;

-- name: get_act^
select * from label_acts where id = :id and batch_id = :batch_id;

-- name: unfinished_undo$
-- Of this key, which broke off.
select id from label_acts where undoes = :undoes and key_id = :key_id and not complete limit 1;

-- name: last_act$
-- What a key said last of a batch and has not taken back.
select id from label_acts as acts
where batch_id = :batch_id and key_id = :key_id and undoes is null and labelled > 0
  and not exists (select from label_acts as undo where undo.undoes = acts.id and undo.complete)
order by said_at desc, id desc
limit 1;

-- name: label_photos$
-- Labels for these photos, in this order, from seq `last_seq` + 1 on; says how many. Accepting is for names that the
-- model gives; taking back, for photos of which something was said. The caller holds the batch's lock.
with chosen as (
    select photos.id, photos.final_name, photos.model_id, photos.label_seq,
           case when photos.corrected_species is null then model_probability(photos) end as probability,
           case when :accept then photos.final_name else :name::text end as said_name,
           case when :accept then photos.final_scientific_name else :scientific_name::text end as said_scientific_name,
           case when :accept then photos.final_rank else :rank::text end as said_rank,
           :last_seq::bigint + row_number() over (order by given.place) as seq
    from unnest(:photo_ids::uuid[]) with ordinality as given (id, place)
    join photos on photos.id = given.id
    where photos.batch_id = :batch_id and photos.state <> 'uploading'
      and case
          when :accept then
              photos.corrected_species is null and photos.final_name is not null and photos.final_rank <> 'uncertain'
          else :name::text is not null or photos.corrected_species is not null
      end
), said as (
    insert into labels (
        batch_id, seq, photo_id, act_id, name, scientific_name, rank, shown_name, shown_probability, shown_model_id,
        replaces, word
    )
    select :batch_id, seq, id, :act_id, said_name, said_scientific_name, said_rank, final_name, probability, model_id,
           label_seq, case when said_name is not null then seq end
    from chosen
), shown as (
    update photos
    set corrected_species = said_name, label_scientific_name = said_scientific_name, label_rank = said_rank,
        corrected_at = case when said_name is not null then acts.said_at end, label_seq = chosen.seq,
        label_by = case when said_name is not null then acts.said_by end,
        label_note = case when said_name is not null then acts.note end,
        label_count = case when said_name is not null then acts.count end
    from chosen join label_acts as acts on acts.id = :act_id
    where photos.id = chosen.id
), counted as (
    update batches
    set last_seq = latest.seq, labelled_to = latest.seq,
        answered_to = case when labelled_to = last_seq then answered_to else last_seq end
    from (select max(seq) as seq from chosen) as latest
    where id = :batch_id and latest.seq is not null
)
select count(*) from chosen;

-- name: undo_labels^
-- Brings back what stood before some labels of an act, where they are still the latest of their photos; under seqs as
-- above. Says how many labels were looked at, how many taken back, and the last seq looked at.
with looked as (
    select seq, photo_id, replaces from labels
    where act_id = :undoes and seq > :after
    order by seq limit :limit
), chosen as (
    select photos.id, photos.final_name, photos.model_id, photos.label_seq,
           case when photos.corrected_species is null then model_probability(photos) end as probability,
           before.name, before.scientific_name, before.rank, before.word,
           first.said_by, first.said_at, first.note, first.count,
           :last_seq::bigint + row_number() over (order by looked.seq) as seq
    from looked
    join photos on photos.id = looked.photo_id and photos.label_seq = looked.seq
    left join labels as before on before.batch_id = :batch_id and before.seq = looked.replaces
    left join labels as words on words.batch_id = :batch_id and words.seq = before.word
    left join label_acts as first on first.id = words.act_id
), said as (
    insert into labels (
        batch_id, seq, photo_id, act_id, name, scientific_name, rank, shown_name, shown_probability, shown_model_id,
        replaces, word
    )
    select :batch_id, seq, id, :act_id, name, scientific_name, rank, final_name, probability, model_id, label_seq, word
    from chosen
), shown as (
    update photos
    set corrected_species = chosen.name, label_scientific_name = chosen.scientific_name, label_rank = chosen.rank,
        corrected_at = chosen.said_at, label_seq = chosen.seq, label_by = chosen.said_by, label_note = chosen.note,
        label_count = chosen.count
    from chosen where photos.id = chosen.id
), counted as (
    update batches
    set last_seq = latest.seq, labelled_to = latest.seq,
        answered_to = case when labelled_to = last_seq then answered_to else last_seq end
    from (select max(seq) as seq from chosen) as latest
    where id = :batch_id and latest.seq is not null
)
select (select count(*) from looked) as looked, (select count(*) from chosen) as undone,
       (select max(seq) from looked) as last;

-- name: note_progress^
-- How far an act has come.
update label_acts
set position = :position, labelled = labelled + :labelled, left_alone = left_alone + :left_alone, complete = :complete
where id = :id
returning *;

-- name: labels_after
-- Labels as events of a batch's feed, in seq order.
select * from label_events
where batch_id = :batch_id and seq > :after and seq <= :until
order by seq
limit :limit;

-- name: labels_of_photo
-- All that was ever said of a photo, in the order of time.
select * from label_events where photo_id = :photo_id order by seq;
