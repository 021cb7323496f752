"""Label Studio's tasks: the model's answers as predictions, a person's word as an annotation.

For a labelling configuration with `<Image name="image" value="$image"/>` and `<Choices name="species"
toName="image">`; where the model looked at a part, also `<RectangleLabels name="bird" toName="image">`.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from api.http.export.formats import Silent
from api.http.export.row import ExportRow
from shared.records import Photo

_PERCENT = 100


class LabelStudioExport(Silent):
    def __init__(self, photo_url: str) -> None:
        """`photo_url`: where a photo is fetched, with `{}` for its id."""
        self._photo_url = photo_url
        self._begun = False

    def begin(self) -> bytes:
        return b"["

    def page(self, photos: Sequence[Photo]) -> bytes:
        parts = []
        for photo in photos:
            if photo.error_code is None or photo.corrected_species is not None:
                parts += [b",\n" if self._begun else b"\n", to_json(self._task(ExportRow.of(photo)))]
                self._begun = True
        return b"".join(parts)

    def end(self) -> bytes:
        return b"\n]\n"

    def _task(self, row: ExportRow) -> dict[str, Any]:
        photo = row.photo
        task: dict[str, Any] = {
            "data": {
                "image": self._photo_url.format(photo.id),
                "birds_photo_id": row.id,
                "name": photo.name,
                "sha256": photo.blob.sha256.hex(),
            },
            "predictions": [_prediction(photo)] if photo.predictions else [],
        }
        if photo.client_id is not None or photo.metadata:
            task["meta"] = {"client_id": photo.client_id, "metadata": photo.metadata or {}}
        if row.reviewed and row.name is not None:
            task["annotations"] = [{"result": [_choice(row.name.name)]}]
        return task


def _prediction(photo: Photo) -> dict[str, Any]:
    best = photo.predictions[0]
    result = [_choice(best["species"])]
    if photo.box is not None:
        result.append(_rectangle(photo))
    return {"model_version": photo.model, "score": best["probability"], "result": result}


def _choice(name: str) -> dict[str, Any]:
    return {"from_name": "species", "to_name": "image", "type": "choices", "value": {"choices": [name]}}


def _rectangle(photo: Photo) -> dict[str, Any]:
    assert photo.box is not None
    value: dict[str, Any] = {
        side: round(getattr(photo.box, side) * _PERCENT, 4) for side in ("x", "y", "width", "height")
    }
    result = {"from_name": "bird", "to_name": "image", "type": "rectanglelabels", "image_rotation": 0}
    return result | {
        "value": value | {"rotation": 0, "rectanglelabels": ["Bird"]},
        "original_width": photo.width,
        "original_height": photo.height,
    }
