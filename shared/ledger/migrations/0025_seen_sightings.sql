-- Sightings with a person's word: the one that most of their frames with one have.
create view seen_sightings as
    select sightings.*, word.name as said_name, word.reviewed,
           said.label_scientific_name as said_scientific_name, said.label_rank as said_rank
    from sightings
    cross join lateral (
        select mode() within group (order by corrected_species) as name, count(corrected_species) as reviewed
        from photos where sighting_id = sightings.id
    ) as word
    left join lateral (
        select label_scientific_name, coalesce(label_rank, 'species') as label_rank from photos
        where sighting_id = sightings.id and corrected_species = word.name limit 1
    ) as said on word.name is not null;
