"""The tables of Camtrap DP 1.0.2: their columns, in the standard's order, and a photo's observations."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.http.export.csv_format import cell
from api.http.export.grid import Spot
from api.http.export.row import ExportRow, utc
from api.http.export.taxa import scientific_name
from shared.final_name import NameRank
from shared.ledger.sightings import SeenSighting

DEPLOYMENTS = (
    "deploymentID", "locationID", "locationName", "latitude", "longitude", "coordinateUncertainty",
    "deploymentStart", "deploymentEnd", "setupBy", "cameraID", "cameraModel", "cameraDelay", "cameraHeight",
    "cameraDepth", "cameraTilt", "cameraHeading", "detectionDistance", "timestampIssues", "baitUse",
    "featureType", "habitat", "deploymentGroups", "deploymentTags", "deploymentComments",
)  # fmt: skip
MEDIA = (
    "mediaID", "deploymentID", "captureMethod", "timestamp", "filePath", "filePublic", "fileName",
    "fileMediatype", "exifData", "favorite", "mediaComments",
)  # fmt: skip
OBSERVATIONS = (
    "observationID", "deploymentID", "mediaID", "eventID", "eventStart", "eventEnd", "observationLevel",
    "observationType", "cameraSetupType", "scientificName", "count", "lifeStage", "sex", "behavior",
    "individualID", "individualPositionRadius", "individualPositionAngle", "individualSpeed", "bboxX",
    "bboxY", "bboxWidth", "bboxHeight", "classificationMethod", "classifiedBy",
    "classificationTimestamp", "classificationProbability", "observationTags", "observationComments",
)  # fmt: skip
_SOMEBODY = "a person"
_DIGITS = 6


def table_line(columns: tuple[str, ...], **values: Any) -> list[Any]:
    """In the order of `columns`; what is not said is empty. Raises ValueError for a column that is none."""
    if unknown := values.keys() - set(columns):
        raise ValueError(f"no such columns: {unknown}")
    return [values.get(column) for column in columns]


def observations_of(row: ExportRow) -> Iterator[list[Any]]:
    """Of the photo; and of its event, where it is one of its own."""
    event = row.id if row.sighting is None else str(row.sighting)
    said = _said(row) | {"eventID": event}
    yield table_line(
        OBSERVATIONS, observationID=row.id, mediaID=row.id, observationLevel="media", **said, **_box(row)
    )
    if row.sighting is None:
        yield table_line(OBSERVATIONS, observationID=f"{row.id}-event", observationLevel="event", **said)


class Event:
    """A sighting, of which some rows have a place and a moment: what its frames say together. How many birds
    there were is what a person counted in the frame with most of them."""

    def __init__(self, sighting: SeenSighting, row: ExportRow) -> None:
        assert row.moment is not None
        self.id = sighting.id
        self._sighting = sighting
        self._place = cell(Spot.of(row).label)
        self._told = row
        self._first = self._last = row.moment
        self._count = row.count

    def add(self, row: ExportRow) -> None:
        assert row.moment is not None
        self._told = max(self._told, row, key=self._weight)
        self._first, self._last = min(self._first, row.moment), max(self._last, row.moment)
        self._count = max(self._count or 0, row.count or 0) or None

    def line(self) -> list[Any]:
        photo = replace(self._told.photo, final=self._sighting.final)
        said = _said(replace(self._told, photo=photo, count=self._count)) | {
            "deploymentID": self._place,
            "eventID": str(self.id),
            "eventStart": self._first.isoformat(),
            "eventEnd": self._last.isoformat(),
            "observationComments": None,
        }
        return table_line(OBSERVATIONS, observationID=f"{self.id}-event", observationLevel="event", **said)

    def _weight(self, row: ExportRow) -> tuple[bool, bool]:
        """A person's word on that frame that the sighting is called by; then the best picture."""
        says = row.reviewed and row.name is not None and row.name.name == self._sighting.final.name
        return says, row.photo.id == self._sighting.best_photo_id


def _said(row: ExportRow) -> dict[str, Any]:
    assert row.moment is not None
    moment = row.moment.isoformat()
    said: dict[str, Any] = {
        "deploymentID": cell(Spot.of(row).label),
        "eventStart": moment,
        "eventEnd": moment,
        "observationType": _kind(row),
        "observationTags": " | ".join(_tags(row)) or None,
        "observationComments": cell(row.note),
    }
    if row.shows_bird and row.name is not None:
        name = scientific_name(row.name.name, row.name.scientific_name, row.name.rank)
        said |= {"scientificName": cell(name), "count": row.count or None}
    return said | _classification(row)


def _kind(row: ExportRow) -> str:
    if row.shows_bird:
        return "animal"
    if row.name is None:
        return "unclassified"
    return "blank" if row.name.rank is NameRank.NOT_A_BIRD else "unknown"


def _classification(row: ExportRow) -> dict[str, Any]:
    photo = row.photo
    if row.reviewed:
        return {
            "classificationMethod": "human",
            "classifiedBy": cell(row.reviewed_by) or _SOMEBODY,
            "classificationTimestamp": None if row.reviewed_at is None else utc(row.reviewed_at),
        }
    if row.name is None:
        return {}
    probability = row.name.probability
    return {
        "classificationMethod": "machine",
        "classifiedBy": photo.model,
        "classificationTimestamp": None if photo.finished_at is None else utc(photo.finished_at),
        "classificationProbability": None if probability is None else round(probability, _DIGITS),
    }


def _tags(row: ExportRow) -> Iterator[str]:
    if row.in_range is not None:
        yield f"inRange:{str(row.in_range).lower()}"
    if row.name is not None and not row.reviewed and row.name.rank is not NameRank.SPECIES:
        yield f"rollup:{row.name.rank}"
    if row.photo.predictions:
        best = row.photo.predictions[0]
        name = str(best["scientific_name"] or best["species"]).replace("|", "/")
        yield f"machine:{name}"
        yield f"machineProbability:{best['probability']:.4f}"


def _box(row: ExportRow) -> dict[str, float]:
    box = row.photo.box
    if box is None or not row.shows_bird:
        return {}
    left, top = round(box.x, _DIGITS), round(box.y, _DIGITS)
    return {
        "bboxX": left,
        "bboxY": top,
        "bboxWidth": min(round(box.width, _DIGITS), round(1 - left, _DIGITS)),
        "bboxHeight": min(round(box.height, _DIGITS), round(1 - top, _DIGITS)),
    }
