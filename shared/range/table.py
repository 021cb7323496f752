"""A table of records by species, place and month, as a CSV file: what GBIF counts, or a list of one's own.

    species,place,month,records
    Ardea cinerea,EE,4,3120
    Cuculus canorus,59:24,,12

A species has any of its names. `place` (the column may be called `country`, `region` or `cell`, too) is a
country, a cell of one degree or a box: see `places`. Without a month a row is of the whole year. Lines that
begin with # say where it comes from: `# source: GBIF.org`, `# attribution: …`.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from pathlib import Path
from typing import Final

from shared.place.effective import PlaceAndTime
from shared.range.names import species_called
from shared.range.places import HOW, GeoBox, cell_at, is_cell, is_country
from shared.range.seasons import MONTHS, month_of, months_about
from shared.range.source import Basis, Closeness, Expected, Layer, RangeSourceBroken

COLUMNS: Final = ("species", "place", "month", "records")
_PLACE_NAMES: Final = frozenset(("place", "country", "region", "cell"))
_ANY_MONTH: Final = 0
_UNKNOWN_SHOWN = 3  # names of the unknown ones that are told
_NONE = 0.0  # records above which a species is to be expected

Records = dict[str, dict[int, dict[str, float]]]
"""By place, month (0: the whole year) and species."""


class RangeTable:
    """One file: a layer for each kind of place in it."""

    def __init__(self, path: Path, least_records: int) -> None:
        """`least_records`: with fewer a place is not known. Raises RangeSourceBroken."""
        self.path = path
        self.unknown: set[str] = set()
        """Names in it that are no species'."""
        self._headings: dict[str, str] = {}
        records: Records = defaultdict(lambda: defaultdict(dict))
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                for species, place, month, count in self._rows(file):
                    there = records[place][month]
                    there[species] = there.get(species, 0) + count
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise RangeSourceBroken(f"{path} can't be read: {error}") from None
        if not records:
            raise RangeSourceBroken(f"{path} has no row with a species that is known")
        known = {one for months in records.values() for there in months.values() for one in there}
        places = {place: _KnownPlace(place, months, least_records) for place, months in records.items()}
        tell = _Telling(self.source, self._headings.get("attribution"), known)
        self.layers: list[Layer] = [
            kind(tell, some)
            for kind, fits in ((_Cells, is_cell), (_Boxes, GeoBox.of), (_Countries, is_country))
            if (some := {place: one for place, one in places.items() if fits(place)})
        ]

    @property
    def source(self) -> str:
        return self._headings.get("source", self.path.name)

    def _rows(self, lines: Iterable[str]) -> Iterator[tuple[str, str, int, float]]:
        """(AviList's name, place, month, records) of each row of a known species."""
        header: list[str] | None = None
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                name, _, value = line[1:].partition(":")
                self._headings[name.strip().lower()] = value.strip()
            elif line.strip():
                cells = [cell.strip() for cell in next(csv.reader([line]))]
                if header is None:
                    header = self._header(cells, number)
                else:
                    yield from self._row(dict(zip(header, cells, strict=False)), len(cells), number)

    def _header(self, cells: list[str], number: int) -> list[str]:
        header = ["place" if cell.lower() in _PLACE_NAMES else cell.lower() for cell in cells]
        if sorted(header) != sorted(COLUMNS):
            raise self._wrong(number, f"the header must be {','.join(COLUMNS)}, not {','.join(cells)}")
        return header

    def _row(self, row: Mapping[str, str], cells: int, number: int) -> Iterator[tuple[str, str, int, float]]:
        if cells != len(COLUMNS):
            raise self._wrong(number, f"there are {cells} cells, not {len(COLUMNS)}")
        place = row["place"]
        if not (is_country(place) or is_cell(place) or GeoBox.of(place)):
            raise self._wrong(number, f"{place!r} is no place: write {HOW}")
        month, records = _whole(row["month"] or str(_ANY_MONTH)), _whole(row["records"])
        if month is None or month > MONTHS or (row["month"] and month == _ANY_MONTH):
            raise self._wrong(number, f"{row['month']!r} is no month: write 1 to 12, or nothing")
        if records is None:
            raise self._wrong(number, f"{row['records']!r} is no number of records")
        species = species_called(row["species"], None)
        if species is None:
            self.unknown.add(row["species"])
        elif records:
            yield species, place, month, float(records)

    def _wrong(self, number: int, what: str) -> RangeSourceBroken:
        return RangeSourceBroken(f"{self.path}, line {number}: {what}")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


class _KnownPlace:
    """The records of one place, for any time of the year."""

    def __init__(self, name: str, by_month: Mapping[int, Mapping[str, float]], least: int) -> None:
        self.name = name
        self._by_month = by_month
        self._least = least
        self._monthly = any(month != _ANY_MONTH for month in by_month)
        self.at = cache(self._at)  # photos of one place come by the hundred

    def _at(self, week: int | None) -> tuple[int | None, dict[str, float]] | None:
        """(month, or None for the whole year; records). A month with few records widens to the year, and a
        year with few is None."""
        if self._monthly and week is not None:
            found = self._sum({_ANY_MONTH, *months_about(week)})
            if sum(found.values()) >= self._least:
                return month_of(week), found
        found = self._sum(self._by_month.keys())
        return (None, found) if sum(found.values()) >= self._least else None

    def _sum(self, months: Iterable[int]) -> dict[str, float]:
        total: dict[str, float] = {}
        for month in months:
            for species, count in self._by_month.get(month, {}).items():
                total[species] = total.get(species, 0) + count
        return total


class _Telling:
    """What all answers of one file have in common."""

    def __init__(self, source: str, attribution: str | None, known: Set[str]) -> None:
        self._source = source
        self._attribution = attribution
        self._known = known

    def of(self, place: _KnownPlace, where: PlaceAndTime) -> Expected | None:
        found = place.at(where.week)
        if found is None:
            return None
        month, values = found
        return Expected(
            self._source,
            place.name,
            month,
            Basis.RECORDS,
            values,
            self._known,
            _NONE,
            self._attribution,
        )


class _Cells:
    closeness = Closeness.CELL

    def __init__(self, tell: _Telling, places: Mapping[str, _KnownPlace]) -> None:
        self._tell = tell
        self._places = places

    def at(self, where: PlaceAndTime) -> Expected | None:
        if where.latitude is None or where.longitude is None:
            return None
        place = self._places.get(cell_at(where.latitude, where.longitude))
        return None if place is None else self._tell.of(place, where)


class _Boxes:
    """The smallest that holds the point and knows enough."""

    closeness = Closeness.BOX

    def __init__(self, tell: _Telling, places: Mapping[str, _KnownPlace]) -> None:
        self._tell = tell
        boxes = [(box, place) for name, place in places.items() if (box := GeoBox.of(name))]
        self._boxes = sorted(boxes, key=lambda one: one[0].size)

    def at(self, where: PlaceAndTime) -> Expected | None:
        if where.latitude is None or where.longitude is None:
            return None
        for box, place in self._boxes:
            if box.holds(where.latitude, where.longitude) and (found := self._tell.of(place, where)):
                return found
        return None


class _Countries:
    closeness = Closeness.COUNTRY

    def __init__(self, tell: _Telling, places: Mapping[str, _KnownPlace]) -> None:
        self._tell = tell
        self._places = places

    def at(self, where: PlaceAndTime) -> Expected | None:
        place = self._places.get(where.country or "")
        return None if place is None else self._tell.of(place, where)
