"""A second look that can't be had leaves the first answer as it is, and harms nothing else."""

import hashlib
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pytest

from shared.errors import BirdsError, Code
from shared.messages import PhotoJob
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.records import Lane, ModelId
from shared.scoring.reading import Reading, rounded
from shared.scoring.scorer import Scorer
from shared.vision.answers import Chances
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing
from tests.support.models import bundle
from tests.unit.photo.pictures import encoded, upright
from tests.unit.worker import awkward
from worker.decode_pool import DecodePool
from worker.delivery import Conclusion, Delivery, FirstLook, Prepared
from worker.in_hand import InHand
from worker.model_slot import ServingModel
from worker.preparation import Preparation

SPEC = Preprocessing(32, Interpolation.BICUBIC, 1.0, CropMode.CENTER)
FACTS = PhotoFacts(96, 64, "image/jpeg")
FOUND = Chances(np.log([0.4, 0.6]), 0.5)  # a Mallard, rather
READING = Reading(rounded(np.array([[0.4, 0.6, 1.0]])))
BOX = Box(0.5, 0.5, 0.5, 0.5)


class Stored:
    """Object storage with one object, or without it."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    async def get(self, key: str, max_bytes: int | None = None) -> bytes:
        if self._data is None:
            raise BirdsError(Code.MISSING_OBJECT, f"{key} is gone.")
        return self._data


def first_look(data: bytes) -> FirstLook:
    digest = hashlib.sha256(data).hexdigest()
    job = PhotoJob(photo_id=uuid4(), batch_id=uuid4(), key="k", sha256=digest, top_k=1)
    model = ServingModel("m@1", ModelId(uuid4()), SPEC, cast(Any, None), Scorer(bundle()), None)
    return FirstLook(Delivery(cast(Any, None), job, Lane.BULK, InHand()), model, FOUND, READING, FACTS, BOX)


async def prepared(stored: bytes | None, first: FirstLook) -> Prepared | Conclusion:
    """The slot has no model: a second look is by the model of the first."""
    async with DecodePool(1, max_pixels=10_000_000, timeout_s=20, task=awkward.NAME) as decoders:
        preparation = Preparation(cast(Any, Stored(stored)), decoders, cast(Any, None), 1_000_000)
        return await preparation.prepare_again(first)


async def test_the_part_of_the_photo_is_prepared_for_the_first_looks_model() -> None:
    data = encoded(upright())
    first = first_look(data)
    found = await prepared(data, first)
    assert isinstance(found, Prepared)
    assert (found.first, found.model, found.photo.facts.width) == (first, first.model, 96)
    assert found.photo.pixels.mean() < 60  # of that picture the lower right quarter alone is dark


@pytest.mark.parametrize("trouble", [None, b"segfault", b"fault", b"memory", b"other bytes"])
async def test_the_first_answer_stands_whatever_goes_wrong(trouble: bytes | None) -> None:
    first = first_look(b"bytes" if trouble == b"other bytes" else trouble or b"gone")
    found = await prepared(trouble, first)
    assert isinstance(found, Conclusion)
    assert (found.answer.error_code, found.model) == (None, first.model)
    assert found.answer.reading is READING
