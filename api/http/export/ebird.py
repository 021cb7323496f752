"""eBird's Record Format (Extended): what a person has confirmed, a line for each species of a checklist.

A checklist is of one day and one place, and incidental: photos tell what was there, not what was not. How
many birds there were is told where a person has counted them, by the photo with most of them; else it is `X`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from api.http.export.formats import Content, Package
from api.http.export.grid import MAX_PLACES, Spot
from api.http.export.left_out import (
    LeftOutBecause,
    LeftOutCount,
    failed,
    no_bird,
    no_local_time,
    no_place,
    not_reviewed,
)
from api.http.export.row import ExportRow
from api.snapshots import About
from shared.records import Photo, RefusedFile

MAX_BYTES = 1_000_000  # of a file that eBird takes
_MAX_COUNT = 999_999
_MAX_COMMENT = 8_000
_PRESENT = "X"


@dataclass(slots=True)
class _Checklist:
    first: datetime
    country: str | None
    species: dict[str, "_SpeciesLine"] = field(default_factory=dict)


@dataclass(slots=True)
class _SpeciesLine:
    scientific_name: str | None
    model: str | None
    count: int | None = None
    photos: int = 0


class EbirdExport:
    begins_at_once = False
    tells_sightings = False

    def __init__(self) -> None:
        self._left_out = LeftOutCount(failed, not_reviewed, no_bird, no_place, no_local_time)
        self._checklists: dict[tuple[date, Spot], _Checklist] = {}
        self._entries = 0

    def survey(self, photos: Sequence[Photo]) -> None:
        for photo in photos:
            row = ExportRow.of(photo)
            if self._left_out.takes(row) and not self._note(row):
                self._left_out.count(LeftOutBecause.TOO_MANY_PLACES)

    def survey_refused(self, files: Sequence[RefusedFile]) -> None:
        for file in files:
            self._left_out.count_refused(file)

    def survey_others(self, failed: int, answered: int) -> None:
        self._left_out.count_not_reviewed(failed, answered)

    def package(self, about: About) -> Package:
        """One file, or as many as it takes for none to be larger than `MAX_BYTES`."""
        parts = list(_in_parts(self._lines(), MAX_BYTES))
        if len(parts) == 1:
            return Package([("ebird.csv", parts[0])], self._left_out)
        files: list[tuple[str, Content]] = [
            (f"ebird-{number}.csv", part) for number, part in enumerate(parts, start=1)
        ]
        return Package(files, self._left_out)

    def _note(self, row: ExportRow) -> bool:
        """False where there is no more room for what it would add."""
        assert row.local is not None
        assert row.name is not None
        key = (row.local.date(), Spot.of(row))
        if self._entries >= MAX_PLACES and (
            key not in self._checklists or row.name.name not in self._checklists[key].species
        ):
            return False
        checklist = self._checklists.setdefault(key, _Checklist(row.local, row.country))
        checklist.first = min(checklist.first, row.local)
        if row.name.name not in checklist.species:
            checklist.species[row.name.name] = _SpeciesLine(row.name.scientific_name, row.photo.model)
            self._entries += 1
        entry = checklist.species[row.name.name]
        entry.photos += 1
        if row.count is not None:
            entry.count = max(entry.count or 0, row.count)
        return True

    def _lines(self) -> Iterator[bytes]:
        in_time = sorted(self._checklists.items(), key=lambda item: item[1].first)
        for (_, spot), checklist in in_time:
            for name, entry in checklist.species.items():
                cells = _cells(spot, checklist, name, entry)
                yield (",".join(cells) + "\r\n").encode()


def _cells(spot: Spot, checklist: _Checklist, name: str, entry: _SpeciesLine) -> list[str]:
    genus, _, epithet = (entry.scientific_name or "").partition(" ")
    count = _PRESENT if not entry.count else str(min(entry.count, _MAX_COUNT))
    how = "photo" if entry.photos == 1 else f"{entry.photos} photos"
    by = "" if entry.model is None else f"; identified with Birds {entry.model}"
    return [
        plain(name),
        plain(genus) if epithet else "",
        plain(epithet),
        count,
        plain(f"from {how}{by}; confirmed by a person")[:_MAX_COMMENT],
        plain(spot.site or spot.label),
        f"{spot.latitude:.3f}",
        f"{spot.longitude:.3f}",
        checklist.first.strftime("%m/%d/%Y"),
        checklist.first.strftime("%H:%M"),
        "",  # state or province
        checklist.country or "",
        "Incidental",
        "1",  # observers
        "",  # minutes
        "N",  # not all birds that were there are told of
        "",  # miles
        "",  # acres
        "",  # comments on the checklist
    ]


def plain(text: str) -> str:
    """A cell as eBird takes it: without commas, quotation marks and line breaks, and no formula."""
    line = "".join(" " if not character.isprintable() else character for character in text)
    return line.replace('"', "'").replace(",", ";").strip().lstrip("=+-@＝＋－＠\t ")


def _in_parts(lines: Iterator[bytes], most: int) -> Iterator[bytes]:
    """At least one, if it is empty."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        if size + len(line) > most:
            yield b"".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line)
    yield b"".join(part)
