"""One forward pass a batch, in the engine's own threads: as many at once as it has streams."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import structlog
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.metrics import timed
from shared.scoring.reading import Reading, rounded
from shared.vision.answers import Chances
from shared.vision.second_look import is_surer, where_to_look
from worker.delivery import Conclusion, FirstLook, Prepared
from worker.engines.engine import Engine, Outputs
from worker.metrics import BATCH_FILL, SECOND_LOOKS, STAGE

Found = Chances | BirdsError


class PhotoOutput(NamedTuple):
    """One photo's part of what a forward pass gives."""

    found: Found
    """What it comes to by itself."""
    reading: Reading | None = None
    """None of a failure."""
    places: NDArray[np.float32] | None = None
    """(h, w): how far each place of the photo stands out."""


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
        return [_next(photo, seen) for photo, seen in zip(batch, found, strict=True)]

    def _forward(self, batch: Sequence[Prepared]) -> list[PhotoOutput]:
        try:
            return _predict(batch)
        except Exception:
            self._log.exception("forward pass failed", photos=len(batch))
        found = [self._forward_alone(photo) for photo in batch]
        if all(seen.reading is None for seen in found):
            _check_engine(batch[0].model.engine)
        return found

    def _forward_alone(self, photo: Prepared) -> PhotoOutput:
        """One bad photo must not cost its neighbours their answers."""
        try:
            return _predict([photo])[0]
        except Exception:
            self._log.exception("forward pass failed alone", photo=str(photo.delivery.job.photo_id))
            return PhotoOutput(BirdsError(Code.INTERNAL, "The model failed on this photo."))


def _check_engine(engine: Engine) -> None:
    """Whether it is the photos' fault. Raises EngineBrokenError where blank ones don't pass either."""
    try:
        engine.warm_up()
    except Exception as error:
        raise EngineBrokenError("nothing passes the engine, not even blank photos") from error


def _predict(batch: Sequence[Prepared]) -> list[PhotoOutput]:
    model = batch[0].model
    look = model.engine.look(np.stack([photo.photo.pixels for photo in batch]))
    if len(look.logits) != len(batch):
        raise EngineBrokenError(f"{len(batch)} photos in, {len(look.logits)} answers out")
    kept = rounded(look.logits)  # so that what is decided here is what the reading says
    return [
        PhotoOutput(one)
        if isinstance(one, BirdsError)
        else PhotoOutput(one, _reading(kept, look, row), _places(look, row))
        for row, one in enumerate(model.scorer.chances(kept))
    ]


def _reading(logits: NDArray[np.float16], look: Outputs, row: int) -> Reading:
    return Reading(logits[row : row + 1], None if look.embeddings is None else look.embeddings[row])


def _places(look: Outputs, row: int) -> NDArray[np.float32] | None:
    return None if look.places is None else look.places[row]


def _next(photo: Prepared, seen: PhotoOutput) -> Conclusion | FirstLook:
    """What the photo is committed with, or where it is looked at again."""
    if photo.first is not None:
        return _after_both(photo.first, seen)
    delivery, model, facts = photo.delivery, photo.model, photo.photo.facts
    found, reading, places = seen
    if isinstance(found, BirdsError):
        return delivery.failed(found.code, found.detail)
    assert reading is not None
    if model.second_look is not None and places is not None:
        size = facts.width, facts.height
        box = where_to_look(found, places, model.second_look, model.spec, size)
        if box is not None:
            return FirstLook(delivery, model, found, reading, facts, box)
    return delivery.answered(reading, facts, model)


def _after_both(first: FirstLook, second: PhotoOutput) -> Conclusion:
    """Both looks are kept; a second one that failed changes nothing."""
    SECOND_LOOKS.labels("second" if is_surer(second.found, first.found) else "first").inc()
    if second.reading is None:
        return first.conclusion()
    reading = first.reading.closer(second.reading.looks[0], first.box)
    return first.delivery.answered(reading, first.facts, first.model)
