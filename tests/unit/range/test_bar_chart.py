"""A bar chart of eBird, as it is downloaded."""

from calendar import month_abbr
from pathlib import Path

import pytest

from shared.range.bar_chart import BarChart
from shared.range.source import Basis, Closeness, RangeSourceBroken
from tests.unit.range.places import CUCKOO, EGRET, HERON, at

SUMMER = range(16, 32)  # weeks from May to August, from 0


def chart(
    lists: float = 100.0,
    cuckoo: str = 'Common Cuckoo (<em class="sci">Cuculus canorus</em>)',
    cells: int = 48,
) -> str:
    """As eBird lays it out, with its blank lines and its tab at the end of each."""

    def row(name: str, shares: list[float]) -> str:
        return "\t".join([name, *map(str, shares[:cells])]) + "\t\n"

    months = "".join(f"\t{name}\t\t\t" for name in month_abbr[1:])
    return (
        "\n\n\n\n\n\n\n\n\n\nFrequency of observations in the selected location(s).:\nNumber of taxa: \t6\n\n"
        f"{months}\t\n"
        + row("Sample Size:", [lists] * 48)
        + "\n"
        + row('Grey Heron (<em class="sci">Ardea cinerea</em>)', [0.25] * 48)
        + row(cuckoo, [0.5 if week in SUMMER else 0.0 for week in range(48)])
        + row('Little Egret (<em class="sci">Egretta garzetta</em>)', [9.132e-4] + [0.0] * 47)
        + row('duck sp. (<em class="sci">Anatinae sp.</em>)', [0.1] * 48)
        + row('Glossy/White-faced Ibis (<em class="sci">Plegadis falcinellus/chihi</em>)', [0.1] * 48)
        + row('Mallard (Domestic type) (<em class="sci">Anas platyrhynchos (Domestic type)</em>)', [0.1] * 48)
    )


def read(
    folder: Path, text: str, name: str = "ebird_EE__1900_2026_1_12_barchart.txt", region: str | None = None
) -> BarChart:
    (folder / name).write_text(text)
    return BarChart(folder / name, region)


@pytest.mark.parametrize(
    ("day", "cuckoo", "egret"),
    [
        ((5, 15), True, False),
        ((4, 28), True, False),
        ((4, 15), False, False),
        ((9, 1), True, False),
        ((1, 2), False, True),
        ((12, 31), False, True),
    ],
)
def test_by_weeks_and_those_beside_them(
    tmp_path: Path, day: tuple[int, int], cuckoo: bool, egret: bool
) -> None:
    found = read(tmp_path, chart()).at(at(day=day))
    assert found is not None
    assert (found.place, found.month, found.basis) == ("EE", day[0], Basis.FREQUENCY)
    assert (found.says(HERON), found.says(CUCKOO), found.says(EGRET)) == (True, cuckoo, egret)
    assert found.says("Anas platyrhynchos")  # by its domestic form
    assert found.says("Struthio camelus") is None
    assert found.attribution is not None


def test_few_checklists_take_more_weeks_together_and_too_few_say_nothing(tmp_path: Path) -> None:
    sparse = read(tmp_path, chart(lists=5)).at(at(day=(4, 1)))  # ten weeks for fifty lists
    assert sparse is not None
    assert (sparse.month, sparse.says(CUCKOO)) == (4, True)
    assert read(tmp_path, chart(lists=1)).at(at()) is None
    whole = read(tmp_path, chart()).at(at(day=None))
    assert whole is not None
    assert (whole.month, whole.says(CUCKOO), whole.says(EGRET)) == (None, True, True)


def test_of_its_region_alone(tmp_path: Path) -> None:
    assert read(tmp_path, chart()).at(at(country="LV")) is None
    box = read(tmp_path, chart(), "mine.txt", "57.5:21.5:60:28.3")
    assert box.closeness is Closeness.BOX
    assert box.at(at()) is not None
    assert box.at(at(61.0)) is box.at(at(None, None)) is None


def test_without_scientific_names_as_it_was_before(tmp_path: Path) -> None:
    found = read(tmp_path, chart(cuckoo="Common Cuckoo")).at(at())
    assert found is not None
    assert found.says(CUCKOO)


def test_what_is_no_species_is_counted(tmp_path: Path) -> None:
    assert read(tmp_path, chart()).unknown == {"duck sp.", "Glossy/White-faced Ibis"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("species,place\n", "no line `Sample Size:`"),
        (chart(cells=47), "line 15: there are 47 numbers, not 48"),
        (chart().replace("0.25", "1.25", 1), "line 17: a number is out of its bounds"),
        (chart().replace("0.25", "nan", 1), "out of its bounds"),
        (chart().replace("0.25", "often", 1), "line 17: a cell is no number"),
        (chart()[: chart().index("Grey")], "names no species"),
    ],
)
def test_a_chart_that_can_not_be_read_says_in_which_line(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(RangeSourceBroken, match="barchart") as told:
        read(tmp_path, text)
    assert what in str(told.value)


def test_its_region_must_be_told(tmp_path: Path) -> None:
    for name in ("mine.txt", "ebird_US-CA__1900_2026_1_12_barchart.txt"):
        with pytest.raises(RangeSourceBroken, match="of which region"):
            read(tmp_path, chart(), name)
