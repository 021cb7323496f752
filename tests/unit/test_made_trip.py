"""A made trip is the same for the same seed, and what is measured on it is right."""

import csv
from pathlib import Path

import pytest

from scripts.made_trip.__main__ import BROKEN, PHOTOS, TRUTH, make_trip
from scripts.made_trip.measures import Named, at_ranks, calibration, grouping
from shared.errors import BirdsError
from shared.final_name import NOT_A_BIRD, NameRank
from shared.photo.decode import decode
from tests.support.pictures import a_photo

COUNT = 60


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Drawn photos where the real ones would be."""
    for number, label in enumerate(("MALLARD DUCK", "BLUE JAY", "OSTRICH")):
        for photo in range(4):
            file = tmp_path / "data" / "birds525" / "test" / label / f"{photo}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(a_photo(10 * number + photo))
    (tmp_path / "data" / "notbird").mkdir()
    (tmp_path / "data" / "notbird" / "alley.jpg").write_bytes(a_photo(99))
    return tmp_path / "data"


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_seed_makes_the_same_trip_with_its_truth(data: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        make_trip(tmp_path / name, data, photos=COUNT, seed=seed, split="test")
    made = files(tmp_path / "one")
    assert made == files(tmp_path / "again") != files(tmp_path / "other")
    with (tmp_path / "one" / TRUTH).open(newline="") as file:
        truth = list(csv.DictReader(file))
    assert {f"{PHOTOS}/{row['photo']}" for row in truth} == set(made) - {TRUTH}
    assert len(truth) == COUNT
    assert sum(not row["sighting"] for row in truth) == BROKEN
    assert {row["species"] for row in truth if row["sighting"]} <= {
        "Mallard", "Blue Jay", "Common Ostrich", NOT_A_BIRD
    }  # fmt: skip
    for row in truth:
        photo = made[f"{PHOTOS}/{row['photo']}"]
        if not row["sighting"]:
            with pytest.raises(BirdsError):
                decode(photo, max_pixels=10**6, min_side=None)
            continue
        facts = decode(photo, max_pixels=10**6, min_side=None).facts
        assert facts.taken is not None
        assert facts.camera is not None
        assert " #" in facts.camera  # of a body that is told from others


def test_groupings_are_compared_by_pairs_and_by_whole_ones() -> None:
    true = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3, "not made": 9}
    made = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "z"}
    found = grouping(true, made)
    assert (found.true, found.made, found.whole, found.over, found.under) == (3, 3, 1, 1, 1)
    assert (found.precision, found.recall) == (pytest.approx(1 / 3), 0.5)


@pytest.mark.parametrize(
    ("truth", "name", "rank", "right"),
    [
        ("Mallard", "Mallard", NameRank.SPECIES, True),
        ("Mallard", "Gadwall", NameRank.SPECIES, False),
        ("Mallard", "Anas", NameRank.GENUS, True),
        ("Mallard", "Anatidae", NameRank.FAMILY, True),
        ("Mallard", "Corvidae", NameRank.FAMILY, False),
        ("Mallard", "Unknown bird", NameRank.BIRD, True),
        (NOT_A_BIRD, "Unknown bird", NameRank.BIRD, False),
        (NOT_A_BIRD, NOT_A_BIRD, NameRank.NOT_A_BIRD, True),
    ],
)
def test_a_group_is_right_of_the_birds_that_belong_to_it(
    truth: str, name: str, rank: NameRank, right: bool
) -> None:
    assert Named(truth, truth, name, rank, 0.9).is_right is right


def test_what_is_claimed_is_compared_with_what_is_right() -> None:
    def named(name: str, claimed: float | None) -> Named:
        return Named("Mallard", "Anas platyrhynchos", name, NameRank.SPECIES, claimed)

    some = [named("Mallard", 0.85), named("Gadwall", 0.85), named("Mallard", 1.0), named("Mallard", None)]
    error, rows = calibration(some)
    assert error == pytest.approx((2 * 0.35 + 0) / 3)
    assert [(count, right) for _, count, _, right in rows] == [(2, 0.5), (1, 1.0)]
    assert at_ranks(some) == [(NameRank.SPECIES, 4, 3)]
