"""Fits how a model that knows nothing but birds tells whether there is one (out of distribution)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit, logsumexp, softmax

from shared.vision.answers import bird_probability, energy
from shared.vision.bundle import BirdScore
from shared.vision.no_bird import NO_BIRD_BELOW

BIRDS_KEPT = 0.98
"""Of photos of birds, those that must not be called anything else: a bird that is missed is lost among
hundreds of photos, what is no bird is seen at once."""
STEEPEST = 20.0  # log-odds a unit: where both sets lie apart, any steeper line would fit as well


@dataclass(frozen=True, slots=True)
class FittedScore:
    """A score, and what it does to photos of either kind."""

    score: BirdScore
    birds_kept: float  # share of bird photos that are called birds: the true positive rate
    false_positives: float  # share of other photos that are called birds
    birds: int
    others: int

    @property
    def metrics(self) -> dict[str, float]:
        """For the bundle."""
        return {
            "birds_called_birds": self.birds_kept,
            "others_called_birds": self.false_positives,
            "photos_of_others": float(self.others),
        }


def fit_bird_score(birds: NDArray[np.float32], others: NDArray[np.float32]) -> FittedScore:
    """From logits (N, classes) of photos that were not trained on.

    The slope is a logistic regression's in which both kinds weigh the same. The middle is where `BIRDS_KEPT`
    of the birds lie above `NO_BIRD_BELOW`; so it is fitted to birds alone, and the false positives are not
    flattered by having been chosen for.
    """
    inside, outside = energy(birds), energy(others)
    slope = _slope(inside, outside)
    lowest = float(np.quantile(inside, 1 - BIRDS_KEPT))
    score = BirdScore(middle=lowest - float(logit(NO_BIRD_BELOW)) / slope, slope=slope)
    kept, wrong = (
        float((bird_probability(some, score) >= NO_BIRD_BELOW).mean()) for some in (inside, outside)
    )
    return FittedScore(score, kept, wrong, len(birds), len(others))


def no_bird_shift(birds: NDArray[np.float32], species: int, temperature: float) -> float:
    """What to add to the last logit, no bird's, so that `BIRDS_KEPT` of these birds are called birds.

    `birds` are logits (N, species + 1) of photos that were not learned from. How much of the mass is no
    bird's hangs on how many photos of what kind were learned from, not on what people will send.
    """
    odds = logsumexp(birds[:, :species] / temperature, axis=1) - birds[:, species] / temperature
    lowest = float(np.quantile(odds, 1 - BIRDS_KEPT))
    return temperature * (lowest - float(logit(NO_BIRD_BELOW)))


def no_bird_metrics(
    birds: NDArray[np.float32], others: NDArray[np.float32], species: int, temperature: float
) -> dict[str, float]:
    """Of a model whose outputs after the first `species` are no birds; logits (N, classes) of either kind."""
    kept, wrong = (
        float((softmax(some / temperature, axis=1)[:, :species].sum(axis=1) >= NO_BIRD_BELOW).mean())
        for some in (birds, others)
    )
    return {
        "no_bird_shift": no_bird_shift(birds, species, temperature),
        "birds_called_birds": kept,
        "others_called_birds": wrong,
        "photos_of_others": float(len(others)),
    }


def _slope(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    centre = (inside.mean() + outside.mean()) / 2

    def loss(line: NDArray[np.float64]) -> float:
        slope, shift = np.exp(line[0]), line[1]
        birds = expit(slope * (inside - centre) + shift)
        others = expit(slope * (outside - centre) + shift)
        return float(-np.log(birds + 1e-12).mean() - np.log(1 - others + 1e-12).mean())

    found = minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[(-5, np.log(STEEPEST)), (None, None)])
    return float(np.exp(found.x[0]))
