"""What a pass in bf16 leaves in doubt."""

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.vision.answers import Answerer
from shared.vision.bundle import Bundle, ModelClass
from shared.vision.doubt import AHEAD, SURE, in_doubt
from tests.support.models import bundle

OTHER = ModelClass(species="Nothing", is_bird=False)
SPECIES = (ModelClass(species="Robin"), ModelClass(species="Wren"))


def rows(told: Bundle, *logits: list[float]) -> list[int]:
    return list(map(int, in_doubt(Answerer(told), np.array(logits, np.float32))))


def of_bird(probability: float) -> list[float]:
    """Logits of a photo with that bird probability, and no doubt of the species."""
    return [np.log(probability), -50, np.log(1 - probability)]


def test_a_bird_probability_in_the_middle_leaves_doubt() -> None:
    told = bundle(classes=(*SPECIES, OTHER))
    found = rows(told, *map(of_bird, (0.999, SURE + 0.01, SURE - 0.01, 0.5, 1.01 - SURE, 0.99 - SURE, 0.001)))
    assert found == [2, 3, 4]


def test_two_species_side_by_side_leave_doubt() -> None:
    told = bundle(classes=SPECIES)
    assert rows(told, [9, 9 - 2 * AHEAD], [9, 9 - AHEAD / 2], [9, 9 + AHEAD / 2], [9, 9 + 2 * AHEAD]) == [
        1,
        2,
    ]
    warmer = bundle(classes=SPECIES, temperature=3)
    assert rows(warmer, [9, 9 - 2 * AHEAD]) == [0], "what counts are probabilities"


def test_one_species_alone_is_never_beside_another() -> None:
    assert rows(bundle(classes=SPECIES[:1]), [1.0], [-1.0]) == []


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_finite_is_computed_again(wrong: float) -> None:
    assert rows(bundle(classes=SPECIES), [9, 0], [wrong, 0]) == [1]


def test_none_of_no_photos() -> None:
    nothing: NDArray[np.float32] = np.zeros((0, 2), np.float32)
    assert len(in_doubt(Answerer(bundle(classes=SPECIES)), nothing)) == 0
