"""What is told of photos, computed from what a model said: one function for answering and for rescoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError
from shared.final_name import RolledName
from shared.photo.box import Box
from shared.scoring.reading import Reading
from shared.scoring.rollup import RollUp
from shared.scoring.settings import ScoringSettings
from shared.vision.answers import DECIMALS, Answerer, Chances, ManyChances
from shared.vision.bundle import Bundle
from shared.vision.second_look import all_together, surenesses
from shared.vision.taxa import taxa_of
from shared.vision.taxonomy import lookup_key

_NUMBERS: Final = 1 << 16
"""Logits at a time: what is computed of them stays in a core's cache, which takes half as long."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What is told of one photo."""

    predictions: list[dict[str, Any]]
    bird_probability: float | None
    box: Box | None
    """What was looked at for it; None: all of the photo."""
    rolled: RolledName


class Scorer:
    """Of one model."""

    def __init__(self, bundle: Bundle) -> None:
        self._answerer = Answerer(bundle)
        self._species = bundle.species
        self.classes = len(bundle.classes)
        names = bundle.scientific_names  # gathered from all classes each time
        scientific = [names[one] for one in bundle.species]
        self._roll_up = RollUp(bundle.species, scientific, taxa_of(bundle))
        self._places = {
            lookup_key(name): place
            for names in (scientific, bundle.species)
            for place, name in enumerate(names)
            if name is not None
        }

    def chances(self, logits: NDArray[np.floating]) -> list[Chances | BirdsError]:
        """As `Answerer.chances`: what one look says by the model's own temperature."""
        return self._answerer.chances(logits)

    def __call__(self, readings: Sequence[Reading], settings: ScoringSettings, top_k: int) -> list[Scored]:
        """Of each reading; nothing depends on which others are beside it."""
        step = max(1, _NUMBERS // self.classes)
        return [
            one
            for start in range(0, len(readings), step)
            for one in self._some(readings[start : start + step], settings, top_k)
        ]

    def _some(self, readings: Sequence[Reading], settings: ScoringSettings, top_k: int) -> list[Scored]:
        found, nearer = self.read(readings, settings.temperature)
        predictions: list[list[Any]] = list(self._answerer.predictions(found, top_k))
        names = self.names(found, settings)
        birds = [None] * len(readings) if found.bird is None else found.bird.round(DECIMALS).tolist()
        boxes = [one.box if near else None for one, near in zip(readings, nearer.tolist(), strict=True)]
        return [Scored(*each) for each in zip(predictions, birds, boxes, names, strict=True)]

    def names(self, found: ManyChances, settings: ScoringSettings) -> list[RolledName]:
        """Of each photo, or of whatever has such chances, as far down as they are sure."""
        return self._roll_up(
            found.log_species.argmax(axis=1),
            np.exp(found.log_species),
            found.bird,
            settings.threshold,
            self._thresholds(settings.threshold, settings.thresholds),
        )

    def read(
        self, readings: Sequence[Reading], temperature: float | None
    ) -> tuple[ManyChances, NDArray[np.bool_]]:
        """Of all looks together, and of which photos the second look is the surer one."""
        found = self._answerer.read(np.stack([one.looks[0] for one in readings]), temperature)
        nearer = np.zeros(len(readings), bool)
        twice = [row for row, one in enumerate(readings) if len(one.looks) > 1]
        if twice:
            first = ManyChances(found.log_species[twice], None if found.bird is None else found.bird[twice])
            second = self._answerer.read(np.stack([readings[row].looks[1] for row in twice]), temperature)
            nearer[twice] = surenesses(second) > surenesses(first)
            both = all_together(first, second)
            found.log_species[twice] = both.log_species
            if found.bird is not None:
                found.bird[twice] = both.bird
        return found, nearer

    def _thresholds(self, threshold: float, of_species: Mapping[str, float]) -> NDArray[np.float64]:
        found = np.full(len(self._species), threshold)
        for name, value in of_species.items():
            place = self._places.get(lookup_key(name))
            if place is not None:
                found[place] = value
        return found
