"""One forward pass a batch, in the engine's own threads: as many at once as it has streams."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import structlog

from shared.errors import BirdsError, Code
from shared.metrics import timed
from shared.records import Answer, BatchId, PhotoId
from shared.vision.answers import PhotoAnswer
from worker.delivery import Decoded, Outcome
from worker.engines.engine import Engine
from worker.metrics import BATCH_FILL, STAGE

Found = PhotoAnswer | BirdsError


class EngineBrokenError(RuntimeError):
    """Not even single photos pass: the device or the model is broken, and the process must end."""


class Inference:
    """Classifies batches, as many at once as `threads` are there."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._log = structlog.get_logger().bind(service="inference")

    async def classify(self, batch: Sequence[Decoded]) -> list[Outcome]:
        """An outcome for each photo of `batch`, which are all prepared for the same model."""
        loop = asyncio.get_running_loop()
        model = batch[0].model
        BATCH_FILL.observe(len(batch) / model.engine.batch_size)
        with timed(STAGE.labels("forward")):
            found = await loop.run_in_executor(self._threads, self._forward, batch)
        return [_outcome(photo, answer) for photo, answer in zip(batch, found, strict=True)]

    def _forward(self, batch: Sequence[Decoded]) -> list[Found]:
        try:
            return _predict(batch)
        except Exception:
            self._log.exception("forward pass failed", photos=len(batch))
        found = [self._forward_alone(photo) for photo in batch]
        if all(isinstance(one, BirdsError) for one in found):
            _check_engine(batch[0].model.engine)
        return found

    def _forward_alone(self, photo: Decoded) -> Found:
        """One bad photo must not cost its neighbours their answers."""
        try:
            return _predict([photo])[0]
        except Exception:
            self._log.exception("forward pass failed alone", photo=str(photo.delivery.job.photo_id))
            return BirdsError(Code.INTERNAL, "the model failed on this photo")


def _check_engine(engine: Engine) -> None:
    """Whether it is the photos' fault. Raises EngineBrokenError where blank ones don't pass either."""
    try:
        engine.warm_up()
    except Exception as error:
        raise EngineBrokenError("nothing passes the engine, not even blank photos") from error


def _predict(batch: Sequence[Decoded]) -> list[Found]:
    model = batch[0].model
    logits = model.engine.predict(np.stack([photo.photo.pixels for photo in batch]))
    if len(logits) != len(batch):
        raise EngineBrokenError(f"{len(batch)} photos in, {len(logits)} answers out")
    return model.answerer(logits, max(photo.delivery.job.top_k for photo in batch))


def _outcome(photo: Decoded, found: Found) -> Outcome:
    delivery, facts = photo.delivery, photo.photo.facts
    if isinstance(found, BirdsError):
        return delivery.failed(found.code, found.detail)
    answer = Answer(
        photo_id=PhotoId(delivery.job.photo_id),
        batch_id=BatchId(delivery.job.batch_id),
        predictions=[dict(prediction) for prediction in found.predictions[: delivery.job.top_k]],
        bird_probability=found.bird_probability,
        width=facts.width,
        height=facts.height,
        taken_at=facts.taken_at,
        latitude=facts.latitude,
        longitude=facts.longitude,
    )
    return Outcome(delivery, answer, photo.model.model_id)
