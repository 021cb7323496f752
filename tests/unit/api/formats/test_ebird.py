"""eBird's Record Format (Extended), held against the rules of its import."""

from dataclasses import replace
from datetime import datetime

import pytest

from api.http.export.ebird import plain
from api.http.schemas.exports import ExportFormat
from shared.final_name import NameRank
from shared.records import Photo
from tests.unit.api.formats.batch import HOSTILE, a_batch, labelled, mallard, packaged

COLUMNS = 19
MALLARD = ("Mallard", "Anas platyrhynchos", NameRank.SPECIES)


def lines(photos: list[Photo]) -> list[list[str]]:
    """As eBird reads them: by commas alone."""
    (file,) = packaged(ExportFormat.EBIRD, photos)[1].values()
    text = file.decode()
    assert '"' not in text
    return [line.split(",") for line in text.split("\r\n")[:-1]]


def test_only_what_a_person_confirmed_with_a_place_and_a_time() -> None:
    package, _ = packaged(ExportFormat.EBIRD, a_batch())
    assert package.left_out["not-reviewed"] > len(HOSTILE)
    assert package.left_out["no-place"] == 1
    written = lines(a_batch())
    assert {len(line) for line in written} == {COLUMNS}
    by_name = {line[0]: line for line in written}
    assert by_name["Grey Heron"] == [
        "Grey Heron", "Ardea", "cinerea", "X",
        "from photo; identified with Birds student@3; confirmed by a person",
        "at -33.500 -70.250", "-33.500", "-70.250", "05/01/2026", "00:30", "", "CL",
        "Incidental", "1", "", "N", "", "", "",
    ]  # fmt: skip
    assert "Not a bird" not in by_name


def test_a_checklist_is_a_day_and_a_place_and_a_species_is_told_once() -> None:
    early = replace(labelled(mallard(1), *MALLARD), taken_local=datetime(2026, 5, 1, 6, 10))
    late = replace(labelled(mallard(2), *MALLARD), taken_local=datetime(2026, 5, 1, 9, 30))
    heron = labelled(mallard(3), "Grey Heron", "Ardea cinerea", NameRank.SPECIES)
    heron = replace(heron, taken_local=datetime(2026, 5, 1, 12, 0))
    next_day = replace(late, taken_local=datetime(2026, 5, 2, 9, 30))
    written = lines([late, early, heron, next_day])
    assert [(line[0], line[8], line[9]) for line in written] == [
        ("Mallard", "05/01/2026", "06:10"),
        ("Grey Heron", "05/01/2026", "06:10"),
        ("Mallard", "05/02/2026", "09:30"),
    ]
    assert written[0][4].startswith("from 2 photos")


def test_the_number_is_a_persons_or_none() -> None:
    counts = (None, 3, 2)
    photos = [
        labelled(mallard(seq, label_count=count), *MALLARD) for seq, count in enumerate(counts, start=1)
    ]
    assert lines(photos)[0][3] == "3"
    assert lines(photos[:1])[0][3] == "X"


def test_files_are_as_large_as_ebird_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.export.ebird.MAX_BYTES", 1000)
    photos = [
        replace(labelled(mallard(day), *MALLARD), taken_local=datetime(2026, 5, day, 6))
        for day in range(1, 31)
    ]
    _, files = packaged(ExportFormat.EBIRD, photos)
    assert list(files)[:2] == ["ebird-1.csv", "ebird-2.csv"]
    assert all(len(file) <= 1000 for file in files.values())
    assert sum(file.count(b"\r\n") for file in files.values()) == len(photos)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_needs_quoting_or_runs(text: str) -> None:
    cell = plain(text)
    assert not set(cell) & set('",\r\n\t')
    assert cell[:1] not in set("=+-@＝")


def test_there_is_an_end_to_what_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.export.ebird.MAX_PLACES", 1)
    photos = [labelled(mallard(seq, latitude=float(seq)), *MALLARD) for seq in (1, 2)]
    package, _ = packaged(ExportFormat.EBIRD, photos)
    assert package.left_out == {"refused": 1, "left-out": 1, "too-many-places": 1}
