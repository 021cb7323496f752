"""What frames say together, and which of them repeat another."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from scipy.special import log_softmax

from shared.photo.gradient import gradient
from shared.sightings.answers import together
from shared.sightings.repeats import NEAR_BITS, repeats
from tests.support.pictures import a_photo

ALL_ONE = np.array([0])
SAME = np.array([[1.0, 0.0], [1.0, 0.0]])
NOTHING_IN_COMMON = np.eye(2)


def logs(*rows: tuple[float, ...]) -> np.ndarray:
    return np.log(np.array(rows))


def test_independent_frames_add_up_and_copies_do_not() -> None:
    frames = logs((0.8, 0.2), (0.8, 0.2))
    added, _ = together(frames, None, NOTHING_IN_COMMON, ALL_ONE)
    assert np.exp(added[0]) == pytest.approx([0.64 / 0.68, 0.04 / 0.68])
    copied, _ = together(frames, None, SAME, ALL_ONE)
    assert np.exp(copied[0]) == pytest.approx([0.8, 0.2])


def test_without_embeddings_frames_are_worth_one() -> None:
    found, _ = together(logs((0.8, 0.2), (0.8, 0.2)), None, np.zeros((2, 0)), ALL_ONE)
    assert np.exp(found[0]) == pytest.approx([0.8, 0.2])


def test_a_frame_that_the_bird_has_left_says_little_and_the_surest_tells_that_there_was_one() -> None:
    found, birds = together(logs((0.9, 0.1), (0.01, 0.99)), np.array([0.98, 0.001]), SAME, ALL_ONE)
    assert np.exp(found[0, 0]) > 0.89
    assert birds == pytest.approx([0.98])


def test_one_frame_says_what_it_says_alone_also_where_there_is_no_bird() -> None:
    rows = log_softmax(np.random.default_rng(0).normal(size=(3, 5)), axis=1)
    found, birds = together(rows, np.array([0.9, 0.0, 0.5]), np.eye(3), np.arange(3))
    assert found == pytest.approx(rows)
    assert birds == pytest.approx([0.9, 0, 0.5])


def test_all_but_equal_pictures_of_a_sighting_repeat_the_first() -> None:
    with Image.open(io.BytesIO(a_photo(1))) as opened:
        image = opened.convert("RGB")
    darker = ImageEnhance.Brightness(image).enhance(0.9)
    with Image.open(io.BytesIO(a_photo(2))) as opened:
        other = opened.convert("RGB")
    hashes = [gradient(one) for one in (image, other, darker)]
    assert apart(hashes[0], hashes[2]) <= NEAR_BITS < apart(hashes[0], hashes[1])
    gradients, pictures = np.array([*hashes, 0, 0], np.int64), np.array([0, 1, 2, 1, 4])
    assert repeats(np.zeros(5, np.intp), pictures, gradients).tolist() == [0, 1, 0, 1, 4]
    assert repeats(np.arange(5), pictures, gradients).tolist() == [0, 1, 2, 3, 4]


def apart(one: int, other: int) -> int:
    return ((one ^ other) & (2**64 - 1)).bit_count()
