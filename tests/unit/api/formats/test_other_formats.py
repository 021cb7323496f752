"""iNaturalist's import, Label Studio's tasks, COCO Camera Traps: held against their formats' pages."""

import csv
import io
import json

from jsonschema import Draft202012Validator

from api.http.schemas.exports import ExportFormat
from tests.unit.api.formats.batch import HOSTILE, a_batch, packaged, streamed

INATURALIST = [
    "Taxon name", "Date observed", "Description", "Place name", "Latitude / y coord / northing",
    "Longitude / x coord / easting", "Tags", "Geoprivacy",
]  # fmt: skip
_TEXT, _NUMBER = {"type": "string", "minLength": 1}, {"type": "number", "minimum": 0}
_CHOICES = {
    "properties": {
        "from_name": {"const": "species"},
        "to_name": {"const": "image"},
        "type": {"const": "choices"},
        "value": {
            "properties": {"choices": {"type": "array", "items": _TEXT, "minItems": 1}},
            "required": ["choices"],
        },
    },
    "required": ["from_name", "to_name", "type", "value"],
}
_PERCENT = {"type": "number", "minimum": 0, "maximum": 100}
_RECTANGLE = {
    "properties": {
        "from_name": {"const": "bird"},
        "type": {"const": "rectanglelabels"},
        "value": {
            "properties": dict.fromkeys(("x", "y", "width", "height"), _PERCENT),
            "required": ["x", "y", "width", "height", "rectanglelabels"],
        },
    },
    "required": ["from_name", "to_name", "type", "value", "original_width", "original_height"],
}
LABEL_STUDIO = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["data", "predictions"],
        "properties": {
            "data": {"type": "object", "required": ["image"], "properties": {"image": {"pattern": "^https://"}}},
            "predictions": {
                "items": {
                    "required": ["model_version", "score", "result"],
                    "properties": {
                        "score": {"type": "number", "maximum": 1},
                        "result": {"items": {"anyOf": [_CHOICES, _RECTANGLE]}},
                    },
                }
            },
            "annotations": {
                "items": {"required": ["result"], "properties": {"result": {"items": _CHOICES}}}
            },
        },
    },
}  # fmt: skip
COCO = {
    "type": "object",
    "required": ["info", "images", "annotations", "categories"],
    "properties": {
        "info": {"required": ["version", "description"]},
        "images": {
            "items": {
                "required": ["id", "file_name"],
                "properties": {
                    "id": _TEXT,
                    "file_name": _TEXT,
                    "width": {"type": "integer"},
                    "height": {"type": "integer"},
                    "datetime": {"pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"},
                    "location": _TEXT,
                    "corrupt": {"const": True},
                },
            }
        },
        "annotations": {
            "items": {
                "required": ["id", "image_id", "category_id"],
                "properties": {
                    "category_id": {"type": "integer"},
                    "bbox": {"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 4},
                },
            }
        },
        "categories": {
            "items": {
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"pattern": r"^\S+$"}},
            }
        },
    },
}


def test_inaturalist_has_a_line_for_each_bird_that_a_person_confirmed() -> None:
    package, files = packaged(ExportFormat.INATURALIST, a_batch())
    head, *lines = csv.reader(io.StringIO(files["inaturalist.csv"].decode(), newline=""), strict=True)
    assert head == INATURALIST
    assert {len(line) for line in lines} == {len(head)}
    assert len(lines) + sum(package.left_out.values()) == len(a_batch()) + 2
    assert lines[0] == [
        "Ardea cinerea", "2026-05-01 00:30:00",
        "trip/IMG.JPG; identified with Birds student@3, confirmed by a person",
        "", "-33.5", "-70.25", "birds", "obscured",
    ]  # fmt: skip
    assert not [cell for line in lines for cell in line[:4] if cell[:1] in set("=+-@＝")]


def test_label_studio_takes_each_task() -> None:
    tasks = json.loads(streamed(ExportFormat.LABEL_STUDIO, a_batch()))
    assert list(Draft202012Validator(LABEL_STUDIO).iter_errors(tasks)) == []
    assert len(tasks) == len(a_batch()) - 1  # the one that nobody could look at
    assert tasks[0]["predictions"][0]["score"] == 0.91
    assert "annotations" not in tasks[0]
    assert tasks[2]["annotations"][0]["result"][0]["value"] == {"choices": ["Grey Heron"]}
    assert set(HOSTILE) <= {task["data"]["name"] for task in tasks}
    assert json.loads(streamed(ExportFormat.LABEL_STUDIO, [])) == []


def test_coco_camera_traps() -> None:
    document = json.loads(streamed(ExportFormat.COCO_CAMERA_TRAPS, a_batch()))
    assert list(Draft202012Validator(COCO).iter_errors(document)) == []
    images = {image["id"]: image for image in document["images"]}
    names = {one["id"]: one["name"] for one in document["categories"]}
    assert names[0] == "empty"
    assert len(images) == len(a_batch()) + 1  # litter is no image
    assert [image["file_name"] for image in images.values() if image.get("corrupt")] == [
        "half.jpg", "trip/IMG.JPG", "notes.txt"
    ]  # fmt: skip
    annotations = document["annotations"]
    assert all(one["image_id"] in images and one["category_id"] in names for one in annotations)
    assert len(annotations) == len(a_batch()) - 1
    assert names[annotations[0]["category_id"]] == "great_blue_heron"
    assert annotations[0]["bbox"] == [1008, 1512, 806, 907]
    assert names[annotations[3]["category_id"]] == "empty"
    assert "bbox" not in annotations[3]
