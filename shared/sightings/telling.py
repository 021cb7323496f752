"""What is told of sightings: a name, how sure it is, the best photo, and the frames that disagree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.final_name import RolledName
from shared.scoring.reading import Reading
from shared.scoring.scorer import Scorer
from shared.scoring.settings import ScoringSettings
from shared.sightings.agreement import names_agree
from shared.sightings.answers import together
from shared.vision.answers import ManyChances


@dataclass(frozen=True, slots=True)
class ToldFrame:
    """What the model tells of one photo."""

    photo_id: UUID
    model: Any
    name: RolledName
    probability: float
    """Of its best species, among birds."""
    bird: float | None
    reading: Reading | None
    embedding: NDArray[np.float16]
    """All 0 where there is none."""

    @property
    def sureness(self) -> float:
        return self.probability * (1 if self.bird is None else self.bird)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is told of one, whoever its frames are."""

    name: RolledName
    bird: float | None
    best: UUID
    disagreeing: int


def tell(
    sightings: Sequence[Sequence[ToldFrame]], scorers: Mapping[Any, Scorer], settings: ScoringSettings
) -> list[Sighting]:
    """Of each of these, which have frames; its frames that another model read than most do not speak for it.

    One frame alone is told already. Where nothing was kept of what the model said, or no scorer can read it,
    the surest frame's name is taken.
    """
    found: list[Sighting | None] = [None] * len(sightings)
    speaking = [_of_one_model(frames, scorers) if len(frames) > 1 else [] for frames in sightings]
    for model, scorer in scorers.items():
        rows = [row for row, frames in enumerate(speaking) if frames and frames[0].model == model]
        for row, name, bird in zip(
            rows, *_together([speaking[row] for row in rows], scorer, settings), strict=True
        ):
            found[row] = _sighting(sightings[row], name, bird)
    return [one or _by_surest(frames) for one, frames in zip(found, sightings, strict=True)]


def _of_one_model(frames: Sequence[ToldFrame], scorers: Mapping[Any, Scorer]) -> list[ToldFrame]:
    readable = [frame for frame in frames if frame.reading is not None and frame.model in scorers]
    if not readable:
        return []
    model, _ = Counter(frame.model for frame in readable).most_common(1)[0]
    return [frame for frame in readable if frame.model == model]


def _together(
    sightings: Sequence[Sequence[ToldFrame]], scorer: Scorer, settings: ScoringSettings
) -> tuple[list[RolledName], list[float | None]]:
    frames = [frame for one in sightings for frame in one]
    if not frames:
        return [], []
    starts = np.cumsum([0, *(len(one) for one in sightings[:-1])])
    read, _ = scorer.read([frame.reading for frame in frames if frame.reading], settings.temperature)
    embeddings = np.stack([frame.embedding for frame in frames])
    log_species, birds = together(read.log_species, read.bird, embeddings, starts)
    names = scorer.names(ManyChances(log_species, birds), settings)
    return names, [None] * len(names) if birds is None else birds.tolist()


def _sighting(frames: Sequence[ToldFrame], name: RolledName, bird: float | None) -> Sighting:
    agreeing = [frame for frame in frames if names_agree(frame.name, name)]
    best = max(agreeing or frames, key=lambda frame: frame.sureness)
    return Sighting(name, bird, best.photo_id, len(frames) - len(agreeing))


def _by_surest(frames: Sequence[ToldFrame]) -> Sighting:
    birds = [frame.bird for frame in frames if frame.bird is not None]
    return _sighting(
        frames, max(frames, key=lambda frame: frame.sureness).name, max(birds) if birds else None
    )
