"""What the candidate's process does with a photo: all that a worker does, from its bytes to its best species.

Whether it goes wrong through the photo or through the candidate is told apart by the code: `no-model`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shared.errors import BirdsError, Code
from shared.photo.decode import decode
from shared.scoring.reading import Reading, rounded
from shared.scoring.scorer import Scorer
from shared.scoring.settings import ScoringSettings
from shared.vision.answers import Chances
from shared.vision.bundle import read_bundle
from shared.vision.second_look import where_to_look
from worker.engines.choose import choose
from worker.engines.shape import Shape

ANSWER: Final = f"{__name__}:answer"
_ALONE: Final = Shape(streams=1, batch_size=1)


def answer(data: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The best species of a photo; without `data` the model is loaded and warmed up."""
    with _candidates_fault():
        candidate = _loaded(arguments["folder"], arguments["engine"])
    return candidate.answer(data, arguments["max_pixels"]) if data else {}, b""


@contextmanager
def _candidates_fault() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        said = error.detail if isinstance(error, BirdsError) else f"{type(error).__name__}: {error}"
        raise BirdsError(Code.NO_MODEL, said) from error


@lru_cache(maxsize=1)  # a process has one candidate in its life
def _loaded(folder: str, engine: str) -> "_LoadedCandidate":
    return _LoadedCandidate(Path(folder), engine)


class _LoadedCandidate:
    """On one thread of the CPU, whatever the worker runs on: its device is the active model's alone."""

    def __init__(self, folder: Path, engine: str) -> None:
        self._bundle = read_bundle(folder)
        self._spec = self._bundle.input.preprocessing
        self._scorer = Scorer(self._bundle)
        self._engine = choose(folder, _ALONE, kind=engine, device="cpu", threads=1, allow_null=True).engine
        self._engine.warm_up()

    def answer(self, data: bytes, max_pixels: int) -> dict[str, Any]:
        """As it would be kept if this model served: with a second look where its bundle has one."""
        first = decode(data, max_pixels=max_pixels, min_side=self._spec.scaled_side)
        with _candidates_fault():
            found, logits, places = self._look(first.image)
        reading = Reading(logits[None])
        rule, size = self._bundle.second_look, (first.facts.width, first.facts.height)
        if rule is not None and places is not None:
            box = where_to_look(found, places, rule, self._spec, size)
            if box is not None:
                closer = decode(data, max_pixels=max_pixels, min_side=self._spec.scaled_side, box=box)
                with _candidates_fault():
                    reading = reading.closer(self._look(closer.image)[1], box)
        with _candidates_fault():
            [told] = self._scorer([reading], ScoringSettings(), 1)
        return {**told.predictions[0], "bird_probability": told.bird_probability}

    def _look(self, image: Image.Image) -> tuple[Chances, NDArray[np.float16], NDArray[np.float32] | None]:
        seen = self._engine.look(self._spec(image)[None])
        logits = rounded(seen.logits)
        [found] = self._scorer.chances(logits)
        if isinstance(found, BirdsError):
            raise found
        return found, logits[0], None if seen.places is None else seen.places[0]
