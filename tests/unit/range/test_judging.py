"""Flags on predictions: nothing is removed, order changes where asked for, a person's word comes first."""

from pathlib import Path
from typing import Any

import pytest

from shared.range.configured import read_ranges, read_sources
from shared.range.judging import AcceptedHere, Judge, flagged
from shared.range.source import RangeSourceBroken
from tests.unit.range.places import CUCKOO, EGRET, NOWHERE, at

PREDICTIONS: list[dict[str, Any]] = [
    {"species": "Little Egret", "scientific_name": EGRET, "probability": 0.6},
    {"species": "Common Cuckoo", "scientific_name": CUCKOO, "probability": 0.2},
    {"species": "Grey Heron", "scientific_name": None, "probability": 0.15},
    {"species": "Ostrich", "scientific_name": "Struthio camelus", "probability": 0.04},
    {"species": "Some heron", "scientific_name": "Ardea", "probability": 0.01},
]
TABLE = (
    "species,place,month,records\nArdea cinerea,EE,,500\nCuculus canorus,EE,5,500\nEgretta garzetta,FR,,500\n"
)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    (tmp_path / "range.csv").write_text(TABLE)
    ranges = read_ranges(f"csv:{tmp_path / 'range.csv'}", least_records=100, threshold=0.03)
    assert ranges is not None
    return Judge(ranges)


def flags(kept: dict[str, Any]) -> list[tuple[str, bool | None]]:
    return [(one["species"], one["in_range"]) for one in flagged(PREDICTIONS, kept)]


def test_each_prediction_is_flagged_and_none_is_removed(judge: Judge) -> None:
    kept = judge(PREDICTIONS, at())
    assert flags(kept) == [
        ("Little Egret", False), ("Common Cuckoo", True), ("Grey Heron", True), ("Ostrich", None),
        ("Some heron", None),
    ]  # fmt: skip
    bare = [{name: one[name] for name in PREDICTIONS[0]} for one in flagged(PREDICTIONS, kept)]
    assert bare == PREDICTIONS
    by = {name: kept[name] for name in ("source", "place", "month", "basis", "attribution")}
    assert by == {
        **{"source": "range.csv", "place": "EE", "month": 5, "basis": "records"},
        "attribution": None,
    }


@pytest.mark.parametrize(("where", "basis"), [(NOWHERE, "no-place"), (at(52.5, 13.4, "DE"), "no-data")])
def test_where_nothing_is_known_it_is_null_and_says_why(judge: Judge, where: Any, basis: str) -> None:
    kept = judge(PREDICTIONS, where)
    assert {flag for _, flag in flags(kept)} == {None}
    assert (kept["source"], kept["basis"]) == (None, basis)


def test_order_changes_where_it_is_asked_for(judge: Judge) -> None:
    assert [species for species, _ in flags(judge(PREDICTIONS, at(), reorder=True))] == [
        *("Common Cuckoo", "Grey Heron", "Ostrich", "Some heron", "Little Egret")
    ]


def test_without_a_source_predictions_are_as_they_were() -> None:
    assert flagged(PREDICTIONS, None) == PREDICTIONS


def test_a_species_that_was_not_among_them_when_they_were_judged_is_not_known(judge: Judge) -> None:
    kept = judge(PREDICTIONS[1:], at())
    assert flagged(PREDICTIONS, kept)[0] == {**PREDICTIONS[0], "in_range": None, "accepted": False}


@pytest.mark.parametrize(
    ("accepted", "holds"),
    [
        (AcceptedHere(EGRET), True),
        (AcceptedHere(EGRET, country="EE"), True),
        (AcceptedHere(EGRET, country="LV"), False),
        (AcceptedHere(EGRET, None, 59.4, 24.0, 50), True),
        (AcceptedHere(EGRET, None, 58.4, 24.0, 50), False),
        (AcceptedHere("Ardea alba"), False),
    ],
)
def test_a_persons_word_comes_before_the_source_and_says_so(
    judge: Judge, accepted: AcceptedHere, holds: bool
) -> None:
    first = flagged(PREDICTIONS, judge(PREDICTIONS, at(), [accepted]))[0]
    assert (first["in_range"], first["accepted"]) == (holds, holds)


def test_a_word_of_everywhere_holds_where_the_place_is_unknown(judge: Judge) -> None:
    for accepted, flag in ((AcceptedHere(EGRET), True), (AcceptedHere(EGRET, None, 59.4, 24.0, 50), None)):
        assert judge(PREDICTIONS, NOWHERE, [accepted])["in_range"]["Little Egret"] is flag


def test_a_distance_goes_across_the_date_line() -> None:
    word = AcceptedHere(EGRET, None, -17.0, 179.9, 50)
    assert word.holds(at(-17.0, -179.9))
    assert not word.holds(at(-17.0, -178.9))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("/a/file.csv", "no source of ranges: there are `csv:/path`"),
        ("csv:/none.csv", "/none.csv can't be read"),
        ("barchart:/none.txt@Estonia", "'Estonia' is no region"),
        ("barchart:/none.txt@EE", "/none.txt can't be read"),
        ("onnx:/none.onnx", "there is no /none.onnx"),
    ],
)
def test_a_source_that_is_not_there_is_told(text: str, what: str) -> None:
    with pytest.raises(RangeSourceBroken) as told:
        read_sources(text, least_records=1, threshold=0.03)
    assert what in str(told.value)


def test_no_source_is_none() -> None:
    assert read_ranges(" , ", least_records=1, threshold=0.03) is None


def test_the_more_precise_of_two_sources_answers_whatever_their_order(tmp_path: Path) -> None:
    (tmp_path / "country.csv").write_text("species,place,month,records\nArdea cinerea,EE,,500\n")
    (tmp_path / "cell.csv").write_text("species,place,month,records\nCuculus canorus,59:24,,500\n")
    text = f"csv:{tmp_path / 'country.csv'}, csv:{tmp_path / 'cell.csv'}"
    ranges = read_ranges(text, least_records=100, threshold=0.03)
    assert ranges is not None
    assert ranges.sources == ["country.csv", "cell.csv"]
    for where, source in ((at(), "cell.csv"), (at(58.2), "country.csv")):
        found = ranges.at(where)
        assert found is not None
        assert found.source == source
