"""What the worker and a decode child say to each other over their socket.

A request is head + photo, a reply is head + pixels; both begin with the two lengths. Heads are JSON, not
pickles: a child that a hostile photo took over must not be able to run code in the worker.
"""

import json
import struct
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing

LENGTHS: Final = struct.Struct("!II")
MAX_REPLY_HEAD: Final = 4096
"""Bytes; the longest is an error with its detail."""
_MAX_DETAIL: Final = 500


@lru_cache(maxsize=8)  # for a first look the same for every photo until the model changes
def request_head(preprocessing: Preprocessing, max_pixels: int, box: Box | None) -> bytes:
    return json.dumps(
        {
            "preprocessing": asdict(preprocessing),
            "max_pixels": max_pixels,
            "box": None if box is None else asdict(box),
        }
    ).encode()


@lru_cache(maxsize=8)
def parse_request_head(head: bytes) -> tuple[Preprocessing, int, Box | None]:
    values = json.loads(head)
    fields = values["preprocessing"]
    fields["interpolation"] = Interpolation(fields["interpolation"])
    fields["crop_mode"] = CropMode(fields["crop_mode"])
    fields["fill"] = tuple(fields["fill"])
    box = None if values["box"] is None else Box(**values["box"])
    return Preprocessing(**fields), values["max_pixels"], box


def facts_head(facts: PhotoFacts) -> bytes:
    fields = asdict(facts)
    if facts.taken_at is not None:
        fields["taken_at"] = facts.taken_at.isoformat()
    return json.dumps(fields).encode()


def error_head(error: BirdsError) -> bytes:
    return json.dumps({"error": error.code, "detail": error.detail[:_MAX_DETAIL]}).encode()


def parse_reply_head(head: bytes) -> PhotoFacts:
    """Raises the BirdsError that the child met."""
    fields: dict[str, Any] = json.loads(head)
    if "error" in fields:
        raise BirdsError(Code(fields["error"]), fields["detail"])
    if fields["taken_at"] is not None:
        fields["taken_at"] = datetime.fromisoformat(fields["taken_at"])
    return PhotoFacts(**fields)
