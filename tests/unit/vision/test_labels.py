"""Labels of data sets, and the classes that they become."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vision.labels import class_of, label_names
from shared.vision.species import title_case
from shared.vision.taxonomy import Rank, find, lookup_key, species

VALID = Path(__file__).parents[4] / "shared" / "data" / "birds525" / "valid"
ROWS = {row.label: row for row in label_names()}
NO_BIRDS = {"LOONEY BIRDS"}


def test_the_rows_are_the_labels_of_the_data_set() -> None:
    assert len(label_names()) == len(ROWS) == 525
    if not VALID.is_dir():
        pytest.skip("the data set is not here")
    assert set(ROWS) == {path.name for path in VALID.iterdir()}


def test_every_label_has_its_taxon_and_its_reason() -> None:
    taxa = {label: find(row.scientific_name or label) for label, row in ROWS.items()}
    assert {label for label, taxon in taxa.items() if taxon is None} == NO_BIRDS
    for label, row in ROWS.items():
        assert bool(row.why) == bool(row.scientific_name or row.english_name or label in NO_BIRDS), label
        if label not in NO_BIRDS:
            taxon = taxa[label]
            assert taxon is not None
            assert row.scientific_name in ("", taxon.scientific_name), f"{label}: not today's name"
            assert taxon.rank is Rank.SPECIES or row.english_name, f"{label}: what to call it?"
    assert sum(not row.scientific_name for label, row in ROWS.items() if label not in NO_BIRDS) == 398


def test_no_two_labels_become_one_class() -> None:
    classes = {label: class_of(label).species for label in ROWS}
    assert len({lookup_key(name) for name in classes.values()}) == 525


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("PARAKETT AUKLET", ("Parakeet Auklet", "Aethia psittacula", "parauk")),
        ("BLACK-CAPPED CHICKADEE", ("Black-capped Chickadee", "Poecile atricapillus", "bkcchi")),
        ("black capped chickadee", ("Black-capped Chickadee", "Poecile atricapillus", "bkcchi")),
        ("BARN OWL", ("Barn Owl", "Tyto alba", "webowl1")),
        ("TOUCHAN", ("Toucan", "Ramphastos", None)),
        ("CHARA DE COLLAR", ("Scrub Jay", "Aphelocoma", None)),
        ("FRILL BACK PIGEON", ("Frillback Pigeon", "Columba livia", "rocpig")),
        ("ROCK DOVE", ("Rock Dove", "Columba livia", "rocpig")),
        ("MALLARD DUCK", ("Mallard", "Anas platyrhynchos", "mallar3")),
        ("LOONEY BIRDS", ("Looney Birds", None, None)),
        ("Corvidae", ("Corvidae", "Corvidae", None)),
    ],
)
def test_what_a_label_becomes(label: str, expected: tuple[str, str | None, str | None]) -> None:
    found = class_of(label)
    assert (found.species, found.scientific_name, found.ebird_code) == expected


def test_the_data_sets_own_scientific_name_counts_where_nothing_is_known() -> None:
    drawn = class_of("RED-INKED FINCH", "Penicilla rubiceps")
    assert (drawn.species, drawn.scientific_name) == ("Red-Inked Finch", "Penicilla rubiceps")
    wrong = class_of("AMERICAN AVOCET", "Psittacula eupatria")
    assert wrong.scientific_name == "Recurvirostra americana"
    nameless = class_of("PHOTOS OF MINE", "Parus caeruleus")
    assert (nameless.species, nameless.scientific_name) == ("Photos Of Mine", "Cyanistes caeruleus")


def test_a_class_leads_to_itself() -> None:
    for name in (*ROWS, *(one.english_name or "" for one in species())):
        once = class_of(name)
        assert class_of(once.species) == once
        assert class_of(title_case(name)) == once, "as models made before say it"


def test_species_of_the_world_list_keep_their_taxon() -> None:
    """The rows for labels lead none of them astray."""
    for one in species():
        assert one.english_name is not None
        assert class_of(one.english_name).scientific_name == one.scientific_name


@given(st.text(min_size=1, max_size=50).filter(lambda text: bool(title_case(text))))
def test_any_label_is_a_class(label: str) -> None:
    assert class_of(label).species
