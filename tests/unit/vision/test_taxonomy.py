import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vision import taxonomy
from shared.vision.taxonomy import Rank, Taxon, find, lookup_key, species

ALL = species()


def test_every_row_is_sane() -> None:
    assert len(ALL) == 11_131
    for one in ALL:
        assert one.english_name
        assert len(one.scientific_name.split()) == 2
        assert one.genus == one.scientific_name.split()[0]
        assert one.family is not None
        assert one.family.endswith("idae")
        assert one.order.endswith("iformes")
        assert len(one.banding_code or "NONE") == 4 or one.english_name == "Ou"
        assert all(value == value.strip() for value in (one.english_name, one.scientific_name))


@pytest.mark.parametrize("column", ["english_name", "scientific_name", "ebird_code", "banding_code"])
def test_no_two_species_share_a_name_or_code(column: str) -> None:
    counts = Counter(lookup_key(value) for one in ALL if (value := getattr(one, column)))
    assert counts.most_common(1)[0][1] == 1


def test_nearly_all_species_have_an_ebird_code() -> None:
    """The rest are species of AviList's that eBird counts as forms of another."""
    assert sum(one.ebird_code is None for one in ALL) == 43


@pytest.mark.parametrize("column", ["english_name", "scientific_name", "ebird_code", "banding_code"])
def test_every_species_is_found_by_each_of_its_names(column: str) -> None:
    assert all(find(value) is one for one in ALL if (value := getattr(one, column)))


@given(st.sampled_from(ALL))
def test_writing_does_not_matter(one: Taxon) -> None:
    assert one.english_name is not None
    plain = one.english_name.replace("-", " ").replace("'", "")
    for name in (plain.upper(), plain.lower().replace(" ", "_"), f"  {one.english_name} "):
        assert find(name) is one


@pytest.mark.parametrize(
    ("name", "scientific_name"),
    [
        ("Great Blue Heron", "Ardea herodias"),
        ("Ardea herodias", "Ardea herodias"),
        ("ardea_herodias", "Ardea herodias"),
        ("GBHE", "Ardea herodias"),
        ("grbher3", "Ardea herodias"),
        ("GRAY CATBIRD", "Dumetella carolinensis"),
        ("Ruppells Weaver", "Ploceus galbula"),
        ("RÜPPELL’S WEAVER", "Ploceus galbula"),
        ("Rock Pigeon", "Columba livia"),  # eBird's name of the Rock Dove
        ("Bubulcus ibis", "Ardea ibis"),  # before 2024
        ("Columba livia domestica", "Columba livia"),
        ("Numenius phaeopus hudsonicus", "Numenius hudsonicus"),  # a species by now
        ("Parus caeruleus", "Cyanistes caeruleus"),  # moved long ago
        ("Rupicola peruviana", "Rupicola peruvianus"),
        ("Northern Goshawk", "Astur gentilis"),  # split: the part that kept its scientific name
        ("Anhinga", "Anhinga anhinga"),  # a species' English name before its genus
    ],
)  # fmt: skip
def test_any_kind_of_name(name: str, scientific_name: str) -> None:
    found = find(name)
    assert found is not None
    assert (found.rank, found.scientific_name) == (Rank.SPECIES, scientific_name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Corvus", Taxon(Rank.GENUS, "Corvus", "Passeriformes", "Corvidae", "Corvus")),
        ("CORVIDAE", Taxon(Rank.FAMILY, "Corvidae", "Passeriformes", "Corvidae")),
        ("passeriformes", Taxon(Rank.ORDER, "Passeriformes", "Passeriformes")),
    ],
)
def test_groups(name: str, expected: Taxon) -> None:
    assert find(name) == expected


@pytest.mark.parametrize(
    "name", ["", "-", "Heron", "Shopping Cart", "Parus major major major", "Corvus nomen", "n01514668"]
)
def test_what_names_no_bird(name: str) -> None:
    assert find(name) is None


@given(st.text())
def test_any_text_may_be_asked_for(name: str) -> None:
    found = find(name)
    assert found is None or found in (find(found.scientific_name), find(found.english_name or ""))


def test_an_epithet_of_two_birds_of_a_family_is_no_name_of_either() -> None:
    teals = [
        one
        for one in ALL
        if one.family == "Anatidae" and one.scientific_name.split()[1].startswith("cyanopter")
    ]
    assert len(teals) == 2
    assert find("Anas cyanoptera") is None


def test_what_means_two_birds_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ALL[:2]
    monkeypatch.setattr(taxonomy, "_rows", lambda: ((first, ("Old Ostrich",)), (second, ("Old Ostrich",))))
    monkeypatch.setattr(taxonomy, "_index", taxonomy._index.__wrapped__)
    monkeypatch.setattr(taxonomy, "species", taxonomy.species.__wrapped__)
    assert find("Old Ostrich") is None
    assert find("Somali Ostrich") is first


def test_neither_torch_nor_numpy_is_loaded() -> None:
    program = """
import sys
from shared.vision.taxonomy import find
assert find("Ardea herodias")
assert not {"torch", "numpy", "pydantic"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
