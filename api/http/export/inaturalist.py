"""iNaturalist's CSV import: an observation for each photo, or sighting, that a person has confirmed.

Photos themselves can't be sent that way. Places are obscured to others, as a bird at a feeder tells where
somebody lives: who wants them open says so there.
"""

from collections.abc import Sequence

from api.http.export.csv_format import cell, lines
from api.http.export.formats import Package, Silent
from api.http.export.left_out import LeftOutCount, failed, no_bird, no_local_time, not_reviewed
from api.http.export.row import ExportRow
from api.snapshots import About
from shared.records import Photo, RefusedFile

COLUMNS = (
    "Taxon name",
    "Date observed",
    "Description",
    "Place name",
    "Latitude / y coord / northing",
    "Longitude / x coord / easting",
    "Tags",
    "Geoprivacy",
)
_GEOPRIVACY = "obscured"
_RULES = (failed, not_reviewed, no_bird, no_local_time)


class INaturalistExport:
    begins_at_once = False
    tells_sightings = False

    def __init__(self) -> None:
        self._left_out = LeftOutCount(*_RULES)

    def survey(self, photos: Sequence[Photo]) -> None:
        for photo in photos:
            self._left_out.takes(ExportRow.of(photo))

    def survey_refused(self, files: Sequence[RefusedFile]) -> None:
        for file in files:
            self._left_out.count_refused(file)

    def survey_others(self, failed: int, answered: int) -> None:
        self._left_out.count_not_reviewed(failed, answered)

    def package(self, about: About) -> Package:
        return Package([("inaturalist.csv", [_ObservationLines()])], self._left_out)


class _ObservationLines(Silent):
    def __init__(self) -> None:
        self._rules = LeftOutCount(*_RULES)
        self._told: set[int] = set()  # numbers, since there may be a million

    def begin(self) -> bytes:
        return lines([COLUMNS])

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = [ExportRow.of(photo) for photo in photos]
        return lines([_cells(row) for row in rows if self._rules.why(row) is None and self._is_first(row)])

    def _is_first(self, row: ExportRow) -> bool:
        """Of its sighting under that name: a bird that was photographed ten times was observed once."""
        if row.sighting is None or row.name is None:
            return True
        seen = hash((row.sighting, row.name.name))
        told = seen in self._told
        self._told.add(seen)
        return not told


def _cells(row: ExportRow) -> list[str | int | float | None]:
    assert row.name is not None
    assert row.local is not None
    by = "" if row.photo.model is None else f"identified with Birds {row.photo.model}, "
    description = f"{row.photo.name}; {by}confirmed by a person" + (f"; {row.note}" if row.note else "")
    return [
        cell(row.name.scientific_name or row.name.name),
        row.local.strftime("%Y-%m-%d %H:%M:%S"),
        cell(description),
        cell(row.site),
        row.latitude,
        row.longitude,
        "birds",
        _GEOPRIVACY if row.place is not None else None,
    ]
