"""Forward passes that fail: a bad photo ends itself, a broken engine ends the worker."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.errors import Code
from shared.messages import PhotoJob
from shared.photo.facts import PhotoFacts
from shared.records import Lane, ModelId, new_id
from shared.scoring.scorer import Scorer
from tests.support.models import CLASSES, bundle
from worker.decode_pool import DecodedPhoto
from worker.delivery import Delivery, Prepared
from worker.engines.engine import Outputs
from worker.in_hand import InHand
from worker.inference import EngineBrokenError, EngineHangsError, Inference
from worker.model_slot import ServingModel

BAD = 255


class Engine:
    """Passes every photo but those that `fails_on` picks."""

    batch_size = 4
    streams = 1
    embeds = False

    def __init__(self, fails_on: Callable[[int], bool]) -> None:
        self._fails_on = fails_on

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        if any(self._fails_on(int(value)) for value in batch[:, 0, 0, 0]):
            raise RuntimeError("of the device")
        return Outputs(np.zeros((len(batch), len(CLASSES)), np.float32), None, None)

    def warm_up(self) -> None:
        self.look(np.zeros((1, 1, 1, 3), np.uint8))


def photo(value: int, engine: Engine) -> Prepared:
    job = PhotoJob(photo_id=uuid4(), batch_id=uuid4(), key="k", sha256="0" * 64, top_k=1)
    model = ServingModel("m@1", ModelId(new_id()), cast(Any, None), cast(Any, engine), Scorer(bundle()))
    pixels = np.full((1, 1, 3), value, np.uint8)
    delivery = Delivery(cast(Any, None), job, Lane.BULK, InHand())
    return Prepared(delivery, DecodedPhoto(pixels, PhotoFacts(1, 1, "image/test")), model)


async def codes(engine: Engine, values: list[int]) -> list[str | None]:
    with ThreadPoolExecutor(1) as threads:
        conclusions = await Inference(threads, 60).classify([photo(value, engine) for value in values])
    return [conclusion.answer.error_code for conclusion in conclusions]


@pytest.mark.parametrize("values", [[BAD], [BAD, BAD], [0, BAD, 1]])
async def test_photos_that_fail_in_the_engine_end_themselves(values: list[int]) -> None:
    expected = [Code.INTERNAL if value == BAD else None for value in values]
    assert await codes(Engine(lambda value: value == BAD), values) == expected


@pytest.mark.parametrize("count", [1, 3])
async def test_an_engine_that_passes_nothing_ends_the_worker(count: int) -> None:
    with pytest.raises(EngineBrokenError):
        await codes(Engine(lambda _: True), [0] * count)


async def test_an_engine_that_hangs_ends_the_worker() -> None:
    """Loudly, and soon: its photos go on elsewhere."""
    let_go = threading.Event()
    engine = Engine(lambda _: let_go.wait(30))
    with ThreadPoolExecutor(1) as threads:
        with pytest.raises(EngineHangsError):
            await Inference(threads, 0.05).classify([photo(0, engine)])
        let_go.set()
