"""Camtrap DP 1.0.2 (Camera Trap Data Package), as a zip: deployments, media, observations, a description.

A deployment is a site, or a place to a thousandth of a degree. Each photo has an observation of its own; so
has each event: a sighting, or a photo that belongs to none. Both are by whoever spoke last: a person's word
where there is one, and what the model said is in its tags.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic_core import to_json

from api.http.export.camtrap_tables import (
    DEPLOYMENTS,
    MEDIA,
    OBSERVATIONS,
    Event,
    observations_of,
    table_line,
)
from api.http.export.csv_format import cell, lines
from api.http.export.formats import Package, Silent
from api.http.export.grid import MAX_PLACES, PRECISION, UNCERTAINTY_M, Spot
from api.http.export.left_out import LeftOutBecause, LeftOutCount, no_moment, no_place
from api.http.export.paths import media_type, relative_path
from api.http.export.readme import readme
from api.http.export.row import ExportRow
from api.http.export.taxa import scientific_name
from api.http.schemas.exports import License
from api.snapshots import About
from shared.ledger.sightings import SeenSighting
from shared.records import Photo, RefusedFile

_BASE = "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2"
_TABLES = ("deployments", "media", "observations")
_RULES = (no_place, no_moment)
_RANKS = frozenset(("order", "family", "genus", "species"))
_ABOUT = """
Photos are told by their names: filePath is relative to the folder that was given to Birds, percent-encoded
where it is no such path as it is. Coordinates of deployments are rounded to a thousandth of a degree. Titles,
contributors and sampling design in datapackage.json are what Birds can know: correct them before publishing.
"""


@dataclass(slots=True)
class _Span:
    first: datetime
    last: datetime


class CamtrapDpExport:
    begins_at_once = True
    tells_sightings = True

    def __init__(self, license: License | None = None) -> None:
        self._license = license
        self._left_out = LeftOutCount(*_RULES)
        self._spans: dict[Spot, _Span] = {}
        self._taxa: dict[str, tuple[str, str]] = {}  # scientific name: (name, rank)

    def survey(self, photos: Sequence[Photo]) -> None:
        for photo in photos:
            row = ExportRow.of(photo)
            if self._left_out.takes(row):
                self._note(row)

    def survey_refused(self, files: Sequence[RefusedFile]) -> None:
        for file in files:
            self._left_out.count_refused(file)

    def package(self, about: About) -> Package:
        def told() -> bytes:
            return readme(about, "Camtrap DP 1.0.2", _ABOUT, self._left_out.counted)

        return Package(
            [
                ("media.csv", [_Media(self._takes)]),
                ("observations.csv", [_Observations(self._takes)]),
                ("deployments.csv", self._deployments),
                ("datapackage.json", partial(self._description, about)),
                ("README.txt", told),
            ],
            self._left_out,
        )

    def _note(self, row: ExportRow) -> None:
        spot, moment = Spot.of(row), row.moment
        assert moment is not None
        span = self._spans.get(spot)
        if span is None:
            if len(self._spans) >= MAX_PLACES:
                self._left_out.count(LeftOutBecause.TOO_MANY_PLACES)
                return
            span = self._spans[spot] = _Span(moment, moment)
        span.first, span.last = min(span.first, moment), max(span.last, moment)
        if row.shows_bird and row.name is not None:
            name = scientific_name(row.name.name, row.name.scientific_name, row.name.rank)
            if name is not None:
                self._taxa.setdefault(str(cell(name)), (row.name.name, row.name.rank))

    def _takes(self, row: ExportRow) -> bool:
        return self._left_out.why(row) is None and Spot.of(row) in self._spans

    def _deployments(self) -> bytes:
        rows = [
            table_line(
                DEPLOYMENTS,
                deploymentID=cell(spot.label),
                locationName=cell(spot.site),
                latitude=spot.latitude,
                longitude=spot.longitude,
                coordinateUncertainty=UNCERTAINTY_M,
                deploymentStart=span.first.isoformat(),
                deploymentEnd=span.last.isoformat(),
            )
            for spot, span in self._spans.items()
        ]
        return lines([DEPLOYMENTS, *rows])

    def _description(self, about: About) -> bytes:
        title = about.batch.name or f"Birds of batch {about.batch.id}"
        package = {
            "resources": [_resource(name) for name in _TABLES],
            "profile": f"{_BASE}/camtrap-dp-profile.json",
            "name": f"birds-{about.batch.id}",
            "id": str(about.batch.id),
            "created": about.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "title": title,
            "contributors": [{"title": about.owner, "role": "contact"}],
            "sources": [{"title": "Birds", "version": ", ".join(used.model for used in about.models)}],
            "project": {
                "title": title,
                "samplingDesign": "opportunistic",
                "captureMethod": ["activityDetection"],
                "individualAnimals": False,
                "observationLevel": ["media", "event"],
            },
            **self._licenses(),
            "coordinatePrecision": PRECISION,
            "spatial": self._extent(),
            "temporal": self._period(about),
            "taxonomic": list(self._taxonomy()),
        }
        return to_json(package, indent=2)

    def _licenses(self) -> dict[str, Any]:
        if self._license is None:
            return {}
        return {"licenses": [{"name": self._license, "scope": scope} for scope in ("data", "media")]}

    def _extent(self) -> dict[str, Any]:
        """The rectangle around all places, as GeoJSON."""
        if not self._spans:
            return {"type": "MultiPoint", "coordinates": []}
        south, north = _range(spot.latitude for spot in self._spans)
        west, east = _range(spot.longitude for spot in self._spans)
        corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [corners]}

    def _period(self, about: About) -> dict[str, str]:
        first = min((span.first for span in self._spans.values()), default=about.read_at)
        last = max((span.last for span in self._spans.values()), default=about.read_at)
        return {"start": str(first.date()), "end": str(last.date())}

    def _taxonomy(self) -> Iterator[dict[str, Any]]:
        for scientific, (name, rank) in sorted(self._taxa.items()):
            taxon: dict[str, Any] = {"scientificName": scientific}
            if rank in _RANKS:
                taxon["taxonRank"] = rank
            if name != scientific:
                taxon["vernacularNames"] = {"eng": name}
            yield taxon


class _Media(Silent):
    def __init__(self, takes: Any) -> None:
        self._takes = takes

    def begin(self) -> bytes:
        return lines([MEDIA])

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = (ExportRow.of(photo) for photo in photos)
        return lines([_medium(row) for row in rows if self._takes(row)])


class _Observations(Silent):
    def __init__(self, takes: Any) -> None:
        self._takes = takes
        self._event: Event | None = None

    def begin(self) -> bytes:
        return lines([OBSERVATIONS])

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = (ExportRow.of(photo) for photo in photos)
        return lines([line for row in rows if self._takes(row) for line in observations_of(row)])

    def sightings(self, seen: Sequence[SeenSighting]) -> bytes:
        return lines([event.line() for one in seen for event in self._ended_by(one)])

    def end(self) -> bytes:
        return b"" if self._event is None else lines([self._event.line()])

    def _ended_by(self, sighting: SeenSighting) -> Iterator[Event]:
        """The event before, where this is no further part of it."""
        for row in map(ExportRow.of, sighting.frames):
            if not self._takes(row):
                continue
            if self._event is not None and self._event.id == sighting.id:
                self._event.add(row)
                continue
            if self._event is not None:
                yield self._event
            self._event = Event(sighting, row)


def _medium(row: ExportRow) -> list[Any]:
    name, moment = row.photo.name, row.moment
    assert moment is not None
    return table_line(
        MEDIA,
        mediaID=row.id,
        deploymentID=cell(Spot.of(row).label),
        timestamp=moment.isoformat(),
        filePath=relative_path(name),
        filePublic="false",
        fileName=name if relative_path(name) == name else None,
        fileMediatype=media_type(name),
        mediaComments=row.photo.error_code,
    )


def _resource(name: str) -> dict[str, str]:
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": f"{_BASE}/{name}-table-schema.json",
    }


def _range(degrees: Iterator[float]) -> tuple[float, float]:
    known = list(degrees)
    return min(known), max(known)
