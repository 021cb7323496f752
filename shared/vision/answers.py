"""From a model's logits to what is said about each photo."""

from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.vision.bundle import BirdScore, Bundle

DECIMALS: Final = 6  # of a probability: finer than any model is, and half the bytes of a full float


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
class ManyChances:
    """Of N photos."""

    log_species: NDArray[np.float64]
    """(N, species), each row as `Chances` has it."""
    bird: NDArray[np.float64] | None
    """(N,)"""

    def __len__(self) -> int:
        return len(self.log_species)

    def __getitem__(self, row: int) -> Chances:
        return Chances(self.log_species[row], None if self.bird is None else float(self.bird[row]))


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
        scientific_names = bundle.scientific_names  # gathered from all classes each time
        self._scientific_names = [scientific_names[name] for name in bundle.species]
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
        many = self.read(np.nan_to_num(logits, posinf=0, neginf=0))
        predictions = self.predictions(many, top_k)
        return [
            PhotoAnswer(predictions[row], None if found.bird is None else round(found.bird, DECIMALS))
            if isinstance(found, Chances)
            else found
            for row, found in enumerate(self.chances(logits))
        ]

    def chances(self, logits: NDArray[np.floating]) -> list[Chances | BirdsError]:
        """Of each row of logits (B, classes); one that is not finite is that photo's error, nobody else's."""
        self._check(logits)
        finite = np.isfinite(logits).all(axis=1)
        many = self.read(np.where(finite[:, None], logits, 0))
        return [many[row] if finite[row] else _not_finite() for row in range(len(logits))]

    def read(self, logits: NDArray[np.floating], temperature: float | None = None) -> ManyChances:
        """Of finite logits (B, classes); `temperature` instead of the model's own."""
        self._check(logits)
        values = logits.astype(np.float64)
        scaled = values / (self._temperature if temperature is None else temperature)
        birds = scaled[:, self._columns]
        of_birds = _log_sum_exp(birds)
        # A softmax of its own: where birds have next to no mass, dividing by it would lose every digit.
        log_species = birds - of_birds[:, None]
        if len(self._starts) < len(self._columns):
            log_species = np.logaddexp.reduceat(log_species, self._starts, axis=1)
        return ManyChances(log_species, self._bird_probability(values, scaled, of_birds))

    def predictions(self, found: ManyChances, top_k: int) -> list[list[Prediction]]:
        """Of at most `top_k` species a photo, the most probable first, of equal ones the model's first."""
        top = _highest(found.log_species, top_k)
        probabilities = np.exp(np.take_along_axis(found.log_species, top, axis=1)).round(DECIMALS)
        return [
            [
                Prediction(
                    species=self._species[index],
                    scientific_name=self._scientific_names[index],
                    probability=probability,
                )
                for index, probability in zip(indices, values, strict=True)
            ]
            for indices, values in zip(top.tolist(), probabilities.tolist(), strict=True)
        ]

    def _check(self, logits: NDArray[np.floating]) -> None:
        if logits.ndim != 2 or logits.shape[1] != self._classes:
            raise ValueError(f"logits of shape {logits.shape} for {self._classes} classes")

    def _bird_probability(
        self, values: NDArray[np.float64], scaled: NDArray[np.float64], of_birds: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        if self._knows_other_things:
            mass: NDArray[np.float64] = np.exp(of_birds - _log_sum_exp(scaled)).clip(max=1)
            return mass
        if self._bird_score is None:
            return None
        return bird_probability(energy(values), self._bird_score)


def _highest(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """(N, at most count): where the highest of each row are, highest first, of equal ones the first."""
    width = values.shape[1]
    if count < width:
        least = np.partition(values, width - count, axis=1)[:, width - count]
        among = values >= least[:, None]
        if among.sum() == count * len(values):  # nowhere do equal ones compete for the last place
            columns = np.nonzero(among)[1].reshape(-1, count)
            order = np.argsort(-np.take_along_axis(values, columns, axis=1), axis=1, kind="stable")
            return np.take_along_axis(columns, order, axis=1)
    return np.argsort(-values, axis=1, kind="stable")[:, :count]


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
