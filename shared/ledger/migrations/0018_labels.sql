-- What people say of photos. An act is one statement of one person on any number of photos of a batch; of each photo
-- there is a label, which is an event of the batch's feed and has its own seq there. Nothing here is ever changed but
-- how far an act has come.
create table label_acts (
    id uuid primary key,
    batch_id uuid not null references batches on delete cascade,
    key_id uuid,  -- null of what was said before there were acts
    said_by text,  -- the person of that key, or else its owner, as they were called then
    said_at timestamptz not null default now(),
    note text,
    count integer,  -- how many birds
    undoes uuid,  -- the act that this one takes back
    until bigint not null,  -- photos that were answered after this seq are none of its photos
    position bigint not null default 0,  -- how far it has come: a seq, or a place in a list of photos
    labelled integer not null default 0,
    left_alone integer not null default 0,
    complete boolean not null default false
);
create index label_acts_of_batch on label_acts (batch_id, said_at);
create index label_acts_undoing on label_acts (undoes) where undoes is not null;

create table labels (
    batch_id uuid not null,
    seq bigint not null,
    photo_id uuid not null references photos on delete cascade,
    act_id uuid not null references label_acts,
    name text,  -- null: no word of a person stands any more
    scientific_name text,
    rank text,
    shown_name text,  -- what the photo was called until then, and by which model how surely
    shown_probability real,
    shown_model_id uuid references models,
    replaces bigint,  -- seq of the label that stood before
    word bigint,  -- seq of the label whose word this is: its own, or the one that an undo brings back
    primary key (batch_id, seq)
);
create index labels_of_photo on labels (photo_id, seq);
create index labels_of_act on labels (act_id, seq);

-- The latest label of a photo, and whose word stands.
alter table photos
    add column label_seq bigint,
    add column label_by text,
    add column label_note text,
    add column label_count integer;

-- Seq of the latest label, and of the answer before the labels that stand last: what clients read to who go by answers.
alter table batches add column labelled_to bigint not null default 0, add column answered_to bigint not null default 0;

-- How sure the model is of the name that it gives, whatever a person says; null where it gives none with a probability.
create function model_probability(photo photos) returns double precision immutable language sql as $$
    select case
        when photo.state <> 'done' then null
        when photo.rolled_name is not null then photo.rolled_probability
        when photo.bird_probability < 0.2 then null
        else (photo.predictions -> 0 ->> 'probability')::double precision
    end
$$;

-- A label with who and when, the note and the number of birds of the word that stands since, and how the photo stands
-- by now.
create view label_events as
    select labels.batch_id, labels.seq, labels.photo_id, labels.act_id, labels.name, labels.scientific_name, labels.rank,
           labels.shown_name, labels.shown_probability, models.name || '@' || models.version as shown_model,
           acts.said_by, acts.said_at, acts.undoes, said.note, said.count,
           photos.final_name, photos.final_scientific_name, photos.final_rank, photos.corrected_species,
           model_probability(photos) as probability
    from labels
    join label_acts as acts on acts.id = labels.act_id
    join photos on photos.id = labels.photo_id
    left join labels as words on words.batch_id = labels.batch_id and words.seq = labels.word
    left join label_acts as said on said.id = words.act_id
    left join models on models.id = labels.shown_model_id;

-- Corrections of before are acts of one photo each, by nobody knows whom.
with old as (
    select photos.id, photos.batch_id, photos.corrected_species, photos.label_scientific_name, photos.label_rank,
           coalesce(photos.corrected_at, now()) as said_at, batches.last_seq, gen_random_uuid() as act_id,
           batches.last_seq + row_number() over (partition by photos.batch_id order by photos.corrected_at, photos.id)
               as seq
    from photos join batches on batches.id = photos.batch_id
    where photos.corrected_species is not null
), acts as (
    insert into label_acts (id, batch_id, said_at, until, labelled, complete)
    select act_id, batch_id, said_at, last_seq, 1, true from old
), said as (
    insert into labels (batch_id, seq, photo_id, act_id, name, scientific_name, rank, word)
    select batch_id, seq, id, act_id, corrected_species, label_scientific_name, label_rank, seq from old
), shown as (
    update photos set label_seq = old.seq from old where photos.id = old.id
)
update batches set last_seq = latest.seq, answered_to = batches.last_seq, labelled_to = latest.seq
from (select batch_id, max(seq) as seq from old group by batch_id) as latest
where batches.id = latest.batch_id;

-- Photos are looked for by name, and by whether a person has had a word on them, a page at a time in the order of seq.
create index photos_by_final_name on photos (batch_id, final_name, seq) where seq is not null;
create index photos_not_reviewed on photos (batch_id, seq) where seq is not null and corrected_species is null;
create index photos_reviewed on photos (batch_id, seq) where seq is not null and corrected_species is not null;
