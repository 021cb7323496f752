"""A table of records: the most precise place that is known well enough answers."""

from pathlib import Path

import pytest

from shared.place.effective import PlaceAndTime
from shared.range.configured import read_ranges
from shared.range.source import Basis, Expected, RangeSourceBroken
from shared.range.table import RangeTable
from tests.unit.range.places import CUCKOO, EGRET, HERON, NOWHERE, at

HEADER = "species,place,month,records"
ROWS = """\
Ardea cinerea,EE,5,500
Common Cuckoo,EE,5,90
Common Cuckoo,EE,6,90
Great Tit,EE,1,800
Little Egret,EE,,3
Ardea cinerea,59:24,5,60
Great Tit,59:24,5,50
Great Tit,58:24,5,5
Little Egret,-34:151,5,200
Little Egret,18:-161:23:-154,7,200
"""


def asked(folder: Path, where: PlaceAndTime, text: str = f"{HEADER}\n{ROWS}") -> Expected | None:
    path = folder / "range.csv"
    path.write_text(text)
    ranges = read_ranges(f"csv:{path}", least_records=100, threshold=0.03)
    assert ranges is not None
    return ranges.at(where)


@pytest.mark.parametrize(
    ("where", "place", "month", "heron", "egret", "cuckoo"),
    [
        (at(), "59:24", 5, True, False, False),
        (at(58.5), "EE", 5, True, True, True),  # its cell has too few records
        (at(None, None), "EE", 5, True, True, True),
        (at(None, None, day=(1, 15)), "EE", 1, False, True, False),
        (at(None, None, day=(7, 2)), "EE", None, True, True, True),  # nobody counted in July
        (at(None, None, day=(6, 29)), "EE", None, True, True, True),
        (at(None, None, day=None), "EE", None, True, True, True),
        (at(-33.87, 151.2, "AU"), "-34:151", 5, False, True, False),
        (at(21.3, -157.86, "US", day=(7, 4)), "18:-161:23:-154", 7, False, True, False),
    ],
)
def test_the_most_precise_place_that_is_known_answers(
    tmp_path: Path, where: PlaceAndTime, place: str, month: int | None, heron: bool, egret: bool, cuckoo: bool
) -> None:
    found = asked(tmp_path, where)
    assert found is not None
    assert (found.source, found.place, found.month, found.basis) == ("range.csv", place, month, Basis.RECORDS)
    assert (found.says(HERON), found.says(EGRET), found.says(CUCKOO)) == (heron, egret, cuckoo)
    assert found.says("Struthio camelus") is None  # no row is of it


@pytest.mark.parametrize("where", [NOWHERE, at(52.5, 13.4, "DE"), at(None, None, "DE")])
def test_of_other_places_nothing_is_known(tmp_path: Path, where: PlaceAndTime) -> None:
    assert asked(tmp_path, where) is None


def test_the_days_beside_a_month_belong_to_it(tmp_path: Path) -> None:
    text = f"{HEADER}\nCuculus canorus,EE,5,200\nArdea cinerea,EE,4,200\nArdea cinerea,EE,3,200\n"
    for day, expected in (((4, 29), True), ((4, 15), False), ((5, 1), True)):
        found = asked(tmp_path, at(day=day), text)
        assert found is not None
        assert (found.month, found.says(CUCKOO)) == (day[0], expected)


def test_it_tells_where_it_comes_from(tmp_path: Path) -> None:
    headings = "# source: GBIF\n# attribution: GBIF.org, CC BY 4.0\n\n"
    text = headings + "country,species,records,month\nEE,Ardea cinerea,100,\n"
    found = asked(tmp_path, at(), text)
    assert found is not None
    assert (found.source, found.attribution) == ("GBIF", "GBIF.org, CC BY 4.0")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no row"),
        (HEADER, "no row with a species that is known"),
        (f"{HEADER}\nUnicorn,EE,,5", "no row with a species that is known"),
        ("species,place,records", "line 1: the header must be species,place,month,records"),
        (f"{HEADER}\n\nArdea cinerea,EE,13,5", "line 3: '13' is no month"),
        (f"{HEADER}\nArdea cinerea,EE,0,5", "line 2: '0' is no month"),
        (f"{HEADER}\nArdea cinerea,EE,May,5", "line 2: 'May' is no month"),
        (f"{HEADER}\nArdea cinerea,Estonia,5,5", "line 2: 'Estonia' is no place: write `EE`"),
        (f"{HEADER}\nArdea cinerea,90:0,5,5", "is no place"),
        (f"{HEADER}\nArdea cinerea,10:0:5:5,5,5", "is no place"),
        (f"{HEADER}\nArdea cinerea,EE,5,-1", "line 2: '-1' is no number of records"),
        (f"{HEADER}\nArdea cinerea,EE,5,many", "is no number of records"),
        (f"{HEADER}\nArdea cinerea,EE,5", "line 2: there are 3 cells, not 4"),
    ],
)  # fmt: skip
def test_a_table_that_can_not_be_read_says_in_which_line(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(RangeSourceBroken, match="range") as told:
        asked(tmp_path, at(), text)
    assert what in str(told.value)


def test_names_that_are_no_species_are_counted_not_fatal(tmp_path: Path) -> None:
    path = tmp_path / "range.csv"
    path.write_text(f"{HEADER}\nArdea cinerea,EE,,100\nUnicorn,EE,,5\nArdea,EE,,5\n")
    assert RangeTable(path, 1).unknown == {"Unicorn", "Ardea"}


def test_a_table_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(RangeSourceBroken, match="can't be read"):
        RangeTable(tmp_path / "none.csv", 1)
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(RangeSourceBroken, match="can't be read"):
        RangeTable(tmp_path / "picture.csv", 1)
