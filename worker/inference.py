"""One forward pass a batch, in the engine's own threads: as many at once as it has streams."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import numpy as np
import structlog
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.metrics import timed
from shared.vision.answers import Chances
from shared.vision.second_look import is_surer, together, where_to_look
from worker.delivery import Conclusion, FirstLook, Prepared
from worker.engines.engine import Engine
from worker.metrics import BATCH_FILL, SECOND_LOOKS, STAGE

Found = Chances | BirdsError
Places = NDArray[np.float32]  # (h, w): how far each place of the photo stands out
Seen = tuple[Found, Places | None]


class EngineBrokenError(RuntimeError):
    """Not even single photos pass: the device or the model is broken, and the process must end."""


class EngineHangsError(EngineBrokenError):
    """A forward pass does not end; its thread can't be ended but with the process."""


class Inference:
    """Classifies batches, as many at once as `threads` are there."""

    def __init__(self, threads: ThreadPoolExecutor, timeout_s: float) -> None:
        """`timeout_s`: of one forward pass."""
        self._threads = threads
        self._timeout_s = timeout_s
        self._log = structlog.get_logger().bind(service="inference")

    async def classify(self, batch: Sequence[Prepared]) -> list[Conclusion | FirstLook]:
        """What becomes of each photo of `batch`, which are all prepared for the same model."""
        loop = asyncio.get_running_loop()
        model = batch[0].model
        BATCH_FILL.observe(len(batch) / model.engine.batch_size)
        with timed(STAGE.labels("forward")):
            passing = loop.run_in_executor(self._threads, self._forward, batch)
            try:
                async with asyncio.timeout(self._timeout_s):
                    found = await passing
            except TimeoutError:
                raise EngineHangsError(f"a forward pass takes more than {self._timeout_s:g} s") from None
        return [_next(photo, *seen) for photo, seen in zip(batch, found, strict=True)]

    def _forward(self, batch: Sequence[Prepared]) -> list[Seen]:
        try:
            return _predict(batch)
        except Exception:
            self._log.exception("forward pass failed", photos=len(batch))
        found = [self._forward_alone(photo) for photo in batch]
        if all(isinstance(answer, BirdsError) for answer, _ in found):
            _check_engine(batch[0].model.engine)
        return found

    def _forward_alone(self, photo: Prepared) -> Seen:
        """One bad photo must not cost its neighbours their answers."""
        try:
            return _predict([photo])[0]
        except Exception:
            self._log.exception("forward pass failed alone", photo=str(photo.delivery.job.photo_id))
            return BirdsError(Code.INTERNAL, "The model failed on this photo."), None


def _check_engine(engine: Engine) -> None:
    """Whether it is the photos' fault. Raises EngineBrokenError where blank ones don't pass either."""
    try:
        engine.warm_up()
    except Exception as error:
        raise EngineBrokenError("nothing passes the engine, not even blank photos") from error


def _predict(batch: Sequence[Prepared]) -> list[Seen]:
    model = batch[0].model
    pixels = np.stack([photo.photo.pixels for photo in batch])
    logits, places = (
        (model.engine.predict(pixels), None) if model.second_look is None else model.engine.look(pixels)
    )
    if len(logits) != len(batch):
        raise EngineBrokenError(f"{len(batch)} photos in, {len(logits)} answers out")
    found = model.answerer.chances(logits)
    return list(zip(found, places if places is not None else repeat(None, len(batch)), strict=True))


def _next(photo: Prepared, found: Found, places: Places | None) -> Conclusion | FirstLook:
    """What the photo is committed with, or where it is looked at again."""
    if photo.first is not None:
        return _after_both(photo.first, found)
    delivery, model, facts = photo.delivery, photo.model, photo.photo.facts
    if isinstance(found, BirdsError):
        return delivery.failed(found.code, found.detail)
    if model.second_look is not None and places is not None:
        size = facts.width, facts.height
        box = where_to_look(found, places, model.second_look, model.spec, size)
        if box is not None:
            return FirstLook(delivery, model, found, facts, box)
    return delivery.answered(found, facts, model)


def _after_both(first: FirstLook, second: Found) -> Conclusion:
    """What both looks say together; where it was found is told if the second is the surer one."""
    surer = is_surer(second, first.found)
    SECOND_LOOKS.labels("second" if surer else "first").inc()
    found = together(first.found, second)
    return first.delivery.answered(found, first.facts, first.model, first.box if surer else None)
