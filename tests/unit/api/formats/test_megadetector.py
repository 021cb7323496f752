"""MegaDetector's results, version 1.6, held against what its format page and its validator ask for."""

import json
from typing import Any

from api.http.schemas.exports import ExportFormat
from tests.unit.api.formats.batch import HOSTILE, REFUSED, a_batch, streamed


def faults(document: Any) -> list[str]:
    """What MegaDetector's own validator would complain of."""
    found = []
    info = document["info"]
    if not isinstance(info.get("format_version"), str) or float(info["format_version"]) < 1.6:
        found.append("format_version")
    if unknown := document.keys() - {
        "info", "images", "detection_categories", "classification_categories",
        "classification_category_descriptions",
    }:  # fmt: skip
        found.append(f"members {unknown}")
    for kind in ("detection_categories", "classification_categories", "classification_category_descriptions"):
        found += [
            f"{kind} {id}" for id, name in document[kind].items() if not id.isdecimal() or not name.strip()
        ]
    for image in document["images"]:
        detections = image["detections"]
        if "failure" in image:
            if detections is not None or not isinstance(image["failure"], str):
                found.append(f"failure of {image['file']}")
            continue
        for one in detections:
            certainties = [certainty for _, certainty in one["classifications"]]
            if (
                one["category"] not in document["detection_categories"]
                or not isinstance(one["conf"], float)
                or not all(0 <= side <= 1 for side in one["bbox"])
                or any(id not in document["classification_categories"] for id, _ in one["classifications"])
                or certainties != sorted(certainties, reverse=True)
            ):
                found.append(f"detection of {image['file']}")
    return found


def test_it_is_what_the_format_asks_for() -> None:
    document = json.loads(streamed(ExportFormat.MEGADETECTOR, a_batch()))
    assert faults(document) == []
    assert document["info"]["classifier"] == "birds:student@3"


def test_every_photo_and_every_refused_one_is_in_it() -> None:
    photos = a_batch()
    images = json.loads(streamed(ExportFormat.MEGADETECTOR, photos))["images"]
    assert len(images) == len(photos) + 1  # litter is no image
    by_file = {image["file"]: image for image in images}
    assert by_file["half.jpg"] == {"file": "half.jpg", "detections": None, "failure": "truncated-image"}
    assert by_file[REFUSED[0].name]["failure"] == "unsupported-type"
    assert all(name.replace("\\", "/") in by_file for name in HOSTILE)


def test_only_a_person_is_sure() -> None:
    document = json.loads(streamed(ExportFormat.MEGADETECTOR, a_batch()))
    names, images = document["classification_categories"], document["images"]
    model, person, no_bird = images[1], images[2], images[3]
    assert model["detections"][0]["bbox"] == [0, 0, 1, 1]
    assert [(names[id], certainty) for id, certainty in model["detections"][0]["classifications"]] == [
        ("mallard", 0.99999),
        ("gadwall", 0.0),
    ]
    assert [(names[id], certainty) for id, certainty in person["detections"][0]["classifications"]] == [
        ("grey heron", 1.0)
    ]
    assert no_bird["detections"] == []
    described = document["classification_category_descriptions"]["0"]
    assert described == "animalia;chordata;aves;pelecaniformes;ardeidae;ardea herodias"


def test_a_batch_without_answers_is_a_file_too() -> None:
    document = json.loads(streamed(ExportFormat.MEGADETECTOR, []))
    assert faults(document) == []
    assert "classifier" not in document["info"]
