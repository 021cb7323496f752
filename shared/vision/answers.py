"""From a model's logits to what is said about each photo."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.vision.bundle import BirdScore, Bundle

_DECIMALS = 6  # of a probability: finer than any model is, and half the bytes of a full float


class Prediction(TypedDict):
    species: str
    scientific_name: str | None
    probability: float


@dataclass(frozen=True, slots=True)
class Chances:
    """What a model gives to each of its species, and to there being a bird at all."""

    log_species: NDArray[np.float64]
    """(species,) logarithms of probabilities among birds, which add up to 1: none is too small to be told."""
    bird: float | None
    """Mass on the bird classes, or by the bundle's bird score; None for a model that has neither."""


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    predictions: list[Prediction]
    """Most probable first; probabilities are among birds, so those of all species add up to 1."""
    bird_probability: float | None
    """As `Chances.bird`."""


class Answerer:
    """Reads the logits of one model."""

    def __init__(self, bundle: Bundle) -> None:
        self._species = bundle.species
        self._scientific_names = [bundle.scientific_names[name] for name in bundle.species]
        self._knows_other_things = bundle.knows_other_things
        self._bird_score = bundle.bird_score
        self._temperature = bundle.temperature
        self._classes = len(bundle.classes)
        place = {name: index for index, name in enumerate(bundle.species)}
        birds = [(place[one.species], index) for index, one in enumerate(bundle.classes) if one.is_bird]
        groups, columns = zip(*sorted(birds), strict=True)
        self._columns = np.array(columns)  # bird classes, those of one species side by side
        self._starts = np.searchsorted(groups, np.arange(len(self._species)))

    def __call__(self, logits: NDArray[np.floating], top_k: int) -> list[PhotoAnswer | BirdsError]:
        """One answer a row of logits (B, classes), of at most `top_k` species; errors as in `chances`."""
        return [
            found if isinstance(found, BirdsError) else self.answer(found, top_k)
            for found in self.chances(logits)
        ]

    def chances(self, logits: NDArray[np.floating]) -> list[Chances | BirdsError]:
        """Of each row of logits (B, classes); one that is not finite is that photo's error, nobody else's."""
        if logits.ndim != 2 or logits.shape[1] != self._classes:
            raise ValueError(f"logits of shape {logits.shape} for {self._classes} classes")
        finite = np.isfinite(logits).all(axis=1)
        scaled = np.where(finite[:, None], logits, 0).astype(np.float64) / self._temperature
        birds = scaled[:, self._columns]
        bird_probability = self._bird_probability(scaled, birds)
        # A softmax of its own: where birds have next to no mass, dividing by it would lose every digit.
        log_species = np.logaddexp.reduceat(birds - _log_sum_exp(birds)[:, None], self._starts, axis=1)
        return [
            Chances(log_species[row], None if bird_probability is None else float(bird_probability[row]))
            if finite[row]
            else _not_finite()
            for row in range(len(logits))
        ]

    def answer(self, found: Chances, top_k: int) -> PhotoAnswer:
        """Of at most `top_k` species."""
        top = np.argsort(-found.log_species, kind="stable")[:top_k]
        predictions = [
            Prediction(
                species=self._species[index],
                scientific_name=self._scientific_names[index],
                probability=round(float(np.exp(found.log_species[index])), _DECIMALS),
            )
            for index in top
        ]
        return PhotoAnswer(predictions, None if found.bird is None else round(found.bird, _DECIMALS))

    def _bird_probability(
        self, scaled: NDArray[np.float64], birds: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        if self._knows_other_things:
            mass: NDArray[np.float64] = np.exp(_log_sum_exp(birds) - _log_sum_exp(scaled))
            return mass
        if self._bird_score is None:
            return None
        return bird_probability(energy(scaled * self._temperature), self._bird_score)


def energy(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """(B, classes) to (B,): how far a photo's logits stand out from their own mean."""
    values = logits.astype(np.float64)
    return _log_sum_exp(values - values.mean(axis=1, keepdims=True))


def bird_probability(energies: NDArray[np.float64], score: BirdScore) -> NDArray[np.float64]:
    """Logistic, in a form that overflows on neither side."""
    probability: NDArray[np.float64] = 0.5 * (1 + np.tanh(score.slope * (energies - score.middle) / 2))
    return probability


def _log_sum_exp(values: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = values.max(axis=1)
    total: NDArray[np.float64] = highest + np.log(np.exp(values - highest[:, None]).sum(axis=1))
    return total


def _not_finite() -> BirdsError:
    return BirdsError(Code.INTERNAL, "The model gave no finite answer for this photo.")
