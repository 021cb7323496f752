"""What a sandbox does with a photo for the worker, and how its arguments and facts travel."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np

from shared.photo.box import Box
from shared.photo.decode import decode
from shared.photo.facts import PhotoFacts
from shared.photo.gradient import gradient
from shared.photo.taken import TakenTime
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing

PREPARE: Final = f"{__name__}:prepare"


@lru_cache(maxsize=8)  # for a first look the same for every photo until the model changes
def arguments_of(preprocessing: Preprocessing, max_pixels: int, box: Box | None) -> bytes:
    return json.dumps(
        {
            "preprocessing": asdict(preprocessing),
            "max_pixels": max_pixels,
            "box": None if box is None else asdict(box),
        }
    ).encode()


def prepare(data: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], memoryview]:
    """Facts, and (size, size, 3) pixels of the photo or of `box` alone; raises as `decode` does."""
    preprocessing, box = _preprocessing(arguments["preprocessing"]), arguments["box"]
    decoded = decode(
        data,
        max_pixels=arguments["max_pixels"],
        min_side=preprocessing.scaled_side,
        box=None if box is None else Box(**box),
    )
    pixels = np.ascontiguousarray(preprocessing(decoded.image))
    facts = decoded.facts
    if box is None:
        facts = replace(facts, gradient=gradient(decoded.image) or None)
    return told(facts), pixels.data.cast("B")


def told(facts: PhotoFacts) -> dict[str, Any]:
    return {
        **asdict(facts),
        "taken": None if facts.taken is None else facts.taken.as_columns(),
        "gps_at": None if facts.gps_at is None else facts.gps_at.isoformat(),
    }


def facts_of(fields: dict[str, Any]) -> PhotoFacts:
    taken, gps_at = fields["taken"], fields["gps_at"]
    read = {
        "taken": None if taken is None else TakenTime.of_columns(taken),
        "gps_at": None if gps_at is None else datetime.fromisoformat(gps_at),
    }
    return PhotoFacts(**{**fields, **read})


def _preprocessing(fields: dict[str, Any]) -> Preprocessing:
    return Preprocessing(
        **{
            **fields,
            "interpolation": Interpolation(fields["interpolation"]),
            "crop_mode": CropMode(fields["crop_mode"]),
            "fill": tuple(fields["fill"]),
        }
    )
