"""A model that knows birds alone says how likely there is one: by what, and how it is fitted."""

import numpy as np
import pytest
from pydantic import ValidationError

from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import BirdScore, ModelClass
from shared.vision.no_bird import NO_BIRD_BELOW
from tests.support.models import bundle
from trainer.evaluation.bird_score import BIRDS_KEPT, fit_bird_score

BIRDS = (ModelClass(species="Blue Jay"), ModelClass(species="Mallard"), ModelClass(species="Ostrich"))


def logits(rows: int, height: float, seed: int = 0) -> np.ndarray:
    """Of a model that is `height` sure of one class in three."""
    dice = np.random.default_rng(seed)
    found = dice.normal(0, 0.5, (rows, 3)).astype(np.float32)
    found[np.arange(rows), dice.integers(0, 3, rows)] += height
    return found


def served(score: BirdScore, rows: np.ndarray, **changes: object) -> list[float]:
    found = Answerer(bundle(classes=BIRDS, bird_score=score, **changes))(rows, 1)
    return [one.bird_probability or 0.0 for one in found if isinstance(one, PhotoAnswer)]


def test_most_birds_are_called_birds_and_the_rest_is_counted() -> None:
    birds, others = logits(1000, height=5), logits(300, height=1, seed=1)
    found = fit_bird_score(birds, others)
    assert found.birds_kept == pytest.approx(BIRDS_KEPT, abs=0.002)
    assert found.false_positives < 0.1
    assert found.metrics["photos_of_others"] == 300
    kept = np.array(served(found.score, birds)) >= NO_BIRD_BELOW
    assert kept.mean() == pytest.approx(found.birds_kept, abs=1e-9), "what was fitted is what is served"


def test_the_false_positives_of_photos_that_look_alike_are_owned_up_to() -> None:
    found = fit_bird_score(logits(1000, height=5), logits(300, height=5, seed=1))
    assert found.false_positives > 0.9


def test_sets_that_lie_far_apart_give_a_finite_slope() -> None:
    found = fit_bird_score(logits(100, height=50), logits(100, height=0))
    assert np.isfinite(found.score.slope)
    assert found.false_positives == 0


def test_neither_the_level_of_the_logits_nor_the_temperature_counts() -> None:
    score, rows = BirdScore(middle=3.0, slope=1.0), logits(5, height=4)
    assert served(score, rows + 100) == pytest.approx(served(score, rows), abs=1e-4)
    assert served(score, rows, temperature=3.0) == pytest.approx(served(score, rows), abs=1e-6)


def test_a_bundle_says_it_in_one_way_alone() -> None:
    with pytest.raises(ValidationError, match="bird_score"):
        bundle(bird_score=BirdScore(middle=0, slope=1))  # one of its classes is a tree
