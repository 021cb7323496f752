"""MegaDetector's results, format version 1.6: what Timelapse, AddaxAI and camera-trap scripts read.

Birds detects no boxes: a photo has one detection, of the part that the model looked at, as sure as that there
is a bird. Certainty 1 is a person's word, and a person's word alone. Files that were refused fail, with the
reason; what is no photo at all is not in it.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from api.http.export.formats import Silent
from api.http.export.row import ExportRow
from api.http.export.taxa import lineage
from shared.final_name import FinalName, NameRank
from shared.records import LEFT_OUT, Photo, RefusedFile
from shared.vision.no_bird import NO_BIRD_BELOW

FORMAT_VERSION = "1.6"
ANIMAL = "1"
_CATEGORIES = {ANIMAL: "animal", "2": "person", "3": "vehicle"}
_TYPICAL, _CONSERVATIVE = NO_BIRD_BELOW, 0.05  # below the first a photo is said to show no bird
_WHOLE = [0.0, 0.0, 1.0, 1.0]
_SURE = 1.0
_ALMOST = 0.99999  # the most that a model is taken for; five digits
_DIGITS = 5
_TIME = "%Y-%m-%d %H:%M:%S"


class MegaDetectorExport(Silent):
    def __init__(self) -> None:
        self._begun = False
        self._ids: dict[tuple[str, str | None], str] = {}
        self._model: str | None = None
        self._completed: str | None = None

    def begin(self) -> bytes:
        return b'{\n "images": ['

    def page(self, photos: Sequence[Photo]) -> bytes:
        for photo in photos:
            if photo.model is not None and photo.finished_at is not None:
                self._model, self._completed = photo.model, photo.finished_at.strftime(_TIME)
        return self._lines([self._image(ExportRow.of(photo)) for photo in photos])

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return self._lines([_failure(file.name, file.code) for file in files if file.state != LEFT_OUT])

    def end(self) -> bytes:
        info: dict[str, Any] = {
            "format_version": FORMAT_VERSION,
            "detector": "none: the whole photo, as sure as that it shows a bird",
            "detector_metadata": {
                "typical_detection_threshold": _TYPICAL,
                "conservative_detection_threshold": _CONSERVATIVE,
            },
        }
        if self._model is not None:
            info["classifier"] = f"birds:{self._model}"
            info["classification_completion_time"] = self._completed
        rest = {
            "info": info,
            "detection_categories": _CATEGORIES,
            "classification_categories": {number: name.lower() for (name, _), number in self._ids.items()},
            "classification_category_descriptions": {
                number: lineage(name, scientific) for (name, scientific), number in self._ids.items()
            },
        }
        return b"\n ],\n" + to_json(rest, indent=1)[2:] + b"\n"

    def _lines(self, images: Sequence[dict[str, Any]]) -> bytes:
        parts = []
        for image in images:
            parts += [b",\n  " if self._begun else b"\n  ", to_json(image)]
            self._begun = True
        return b"".join(parts)

    def _image(self, row: ExportRow) -> dict[str, Any]:
        photo = row.photo
        if photo.error_code is not None and not row.reviewed:
            return _failure(photo.name, photo.error_code)
        return {"file": _path(photo.name), "detections": self._detections(row)}

    def _detections(self, row: ExportRow) -> list[dict[str, Any]]:
        photo = row.photo
        if not row.shows_bird and (row.reviewed or not photo.predictions):
            return []
        if row.reviewed:
            assert row.name is not None  # a person's word is the final name
            named = [[self._id(row.name.name, row.name.scientific_name), _SURE]]
            return [_detection(photo, _SURE, named)]
        return [_detection(photo, _short_of_sure(photo.bird_probability or 0.0), self._classes(row))]

    def _classes(self, row: ExportRow) -> list[list[Any]]:
        """The surest first, which readers take: that is the final name, be it of a higher rank than the
        species behind it, or of a species that is to be expected where surer ones are not."""
        predictions, final = row.photo.predictions, row.name
        said = {
            (one["species"], one["scientific_name"]): _short_of_sure(one["probability"])
            for one in predictions
        }
        if final is not None and final.rank is not NameRank.NOT_A_BIRD:
            name = final.name, final.scientific_name
            sure = said.pop(name, None)
            if sure is None:
                sure = max([_given_a_bird(row.photo, final), *said.values()])
            said = {name: sure} | {other: min(less, sure) for other, less in said.items()}
        surest_first = sorted(said.items(), key=lambda one: -one[1])
        return [[self._id(*name), sure] for name, sure in surest_first]

    def _id(self, name: str, scientific_name: str | None) -> str:
        return self._ids.setdefault((name, scientific_name), str(len(self._ids)))


def _given_a_bird(photo: Photo, final: FinalName) -> float:
    """How sure the name is where there is a bird, as the classes below it are told."""
    if final.probability is None or not photo.bird_probability:
        return 0.0
    return _short_of_sure(final.probability / photo.bird_probability)


def _detection(photo: Photo, conf: float, classifications: list[list[Any]]) -> dict[str, Any]:
    box = photo.box
    bbox = _WHOLE if box is None else [box.x, box.y, box.width, box.height]
    return {"category": ANIMAL, "conf": conf, "bbox": bbox, "classifications": classifications}


def _failure(name: str, code: str) -> dict[str, Any]:
    return {"file": _path(name), "detections": None, "failure": code}


def _path(name: str) -> str:
    return name.replace("\\", "/")


def _short_of_sure(probability: float) -> float:
    return min(round(float(probability), _DIGITS), _ALMOST)
