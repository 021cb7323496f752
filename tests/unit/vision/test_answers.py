import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BirdsError, Code
from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import ModelClass
from tests.support.models import bundle


def answer(logits: list[float], top_k: int = 5, **changes: object) -> PhotoAnswer:
    found = Answerer(bundle(**changes))(np.array([logits], np.float32), top_k)[0]
    assert isinstance(found, PhotoAnswer)
    return found


def test_species_are_given_among_birds_and_birds_among_everything() -> None:
    found = answer([math.log(3), math.log(1), math.log(4)])
    assert found.bird_probability == pytest.approx(0.5, abs=1e-6)
    assert [(one["species"], one["scientific_name"]) for one in found.predictions] == [
        ("Blue Jay", "Cyanocitta cristata"),
        ("Mallard", "Anas platyrhynchos"),
    ]
    assert [one["probability"] for one in found.predictions] == pytest.approx([0.75, 0.25], abs=1e-6)


def test_only_top_k_are_named() -> None:
    assert [one["species"] for one in answer([0, 1, 2], top_k=1).predictions] == ["Mallard"]


def test_temperature_divides_the_logits() -> None:
    assert answer([2 * math.log(3), 0, 0], temperature=2).predictions[0]["probability"] == pytest.approx(
        0.75, abs=1e-6
    )


def test_classes_of_one_name_are_added_up() -> None:
    classes = (
        ModelClass(species="Robin", scientific_name="Turdus migratorius"),
        ModelClass(species="Wren"),
        ModelClass(species="Robin", scientific_name="Erithacus rubecula"),
    )
    found = answer([math.log(2), math.log(3), math.log(2)], classes=classes)
    assert [one["species"] for one in found.predictions] == ["Robin", "Wren"]
    assert found.predictions[0] == {
        "species": "Robin",
        "scientific_name": None,
        "probability": pytest.approx(4 / 7, abs=1e-6),
    }


def test_a_model_of_birds_alone_says_nothing_of_other_things() -> None:
    assert (
        answer([1.0, 2.0], classes=(ModelClass(species="A"), ModelClass(species="B"))).bird_probability
        is None
    )


def test_birds_with_next_to_no_mass_are_still_told_apart() -> None:
    found = answer([-500.0, -501.0, 400.0])
    assert found.bird_probability == 0.0
    assert found.predictions[0]["probability"] == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-6)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_row_that_is_not_finite_fails_alone(bad: float) -> None:
    logits = np.array([[1, 2, 3], [1, bad, 3], [3, 2, 1]], np.float32)
    first, second, third = Answerer(bundle())(logits, 5)
    assert isinstance(first, PhotoAnswer)
    assert isinstance(third, PhotoAnswer)
    assert isinstance(second, BirdsError)
    assert second.code is Code.INTERNAL


def test_logits_of_another_model_are_refused() -> None:
    with pytest.raises(ValueError, match="classes"):
        Answerer(bundle())(np.zeros((1, 4), np.float32), 5)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=3))
def test_probabilities_are_finite_sorted_and_add_up(logits: list[float]) -> None:
    found = answer(logits)
    values = [one["probability"] for one in found.predictions]
    assert all(isinstance(value, float) and 0 <= value <= 1 for value in values)
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1, abs=1e-5)
    assert isinstance(found.bird_probability, float)
    assert 0 <= found.bird_probability <= 1
