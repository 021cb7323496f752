"""What was there to be photographed: sightings, each with the real photos that its frames are made of."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from shared.vision.labels import class_of

T = TypeVar("T")

NO_BIRD_SHARE = 0.08  # of sightings
_FRAMES = (1, 1, 1, 2, 2, 3, 4, 6, 9)  # of one position of the bird: most are photographed once or twice
_POSITIONS = (1, 1, 1, 2, 2, 3)  # of one bird; each is another photo of its species


@dataclass(frozen=True, slots=True)
class Scene:
    """One sighting: positions of one bird, or one view without any, and how many frames there are of each."""

    species: str | None
    scientific_name: str | None
    sources: tuple[Path, ...]
    frames: tuple[int, ...]


def scenes(data: Path, split: str, dice: random.Random) -> Iterator[Scene]:
    """Without end; a photo is taken a second time only after all others have been.

    `data` holds birds525/SPLIT/LABEL/*.jpg and notbird/*.jpg.
    """
    while True:
        birds = list(_birds(data / "birds525" / split, dice))
        without = _shuffled(sorted((data / "notbird").glob("*.jpg")), dice)
        for bird in _shuffled(birds, dice):
            if without and dice.random() < NO_BIRD_SHARE:
                yield Scene(None, None, (without.pop(),), (dice.choice(_FRAMES),))
            yield bird


def _birds(folder: Path, dice: random.Random) -> Iterator[Scene]:
    labels = sorted(path for path in folder.iterdir() if path.is_dir())
    for label in labels:
        named = class_of(label.name)
        photos = _shuffled(sorted(label.glob("*.jpg")), dice)
        while photos:
            count = dice.choice(_POSITIONS)
            sources, photos = photos[:count], photos[count:]
            frames = tuple(dice.choice(_FRAMES) for _ in sources)
            yield Scene(named.species, named.scientific_name, tuple(sources), frames)


def _shuffled(items: Sequence[T], dice: random.Random) -> list[T]:
    return dice.sample(items, len(items))
