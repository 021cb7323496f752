"""Which photos are one sighting."""

import random
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sightings.components import components
from shared.sightings.frames import Frames, series_of
from shared.sightings.grouping import GAP_S, group
from tests.unit.sightings.frames import Shot, columns


def parts(shots: list[Shot], **more: float) -> list[list[int]]:
    """Places of the photos of each sighting."""
    found = group(columns(shots), **more)
    return [np.flatnonzero(found == number).tolist() for number in range(found.max() + 1)]


def a_day(*shots: tuple[float | None, int | None]) -> list[Shot]:
    return [Shot(f"card/IMG_{number:04d}.JPG", *shot) for number, shot in enumerate(shots)]


def test_frames_within_the_gap_are_one_sighting_however_long_it_lasts() -> None:
    shots = a_day(*((50.0 * number, 0) for number in range(100)))
    assert len(parts(shots)) == 1
    assert parts(a_day((0, 0), (GAP_S, 0), (2 * GAP_S + 1, 0))) == [[0, 1], [2]]


def test_the_gap_can_be_said() -> None:
    assert parts(a_day((0, 0), (10, 0)), gap_s=5) == [[0], [1]]


def test_what_is_not_alike_is_another_sighting() -> None:
    assert parts(a_day((0, 0), (1, 1), (2, 1))) == [[0], [1, 2]]


def test_two_birds_in_turns_are_two_sightings() -> None:
    assert parts(a_day((0, 0), (1, 1), (2, 0), (3, 1), (4, 0))) == [[0, 2, 4], [1, 3]]


def test_without_an_embedding_time_alone_tells() -> None:
    assert parts(a_day((0, None), (1, 0), (2, None), (99, None))) == [[0, 1, 2], [3]]


def test_models_are_not_compared_with_each_other() -> None:
    one, other = a_day((0, 0), (1, 1))
    assert parts([one, other]) == [[0], [1]]
    assert parts([one, replace(other, model=1)]) == [[0, 1]]


def test_two_cameras_are_two_sightings_and_a_camera_of_a_known_body_is_one_in_any_folder() -> None:
    apart = [Shot("a/1.jpg", 0.0), Shot("b/2.jpg", 1.0)]
    assert parts(apart) == [[0], [1]]
    assert parts([replace(shot, serial="12") for shot in apart]) == [[0, 1]]
    assert parts([replace(shot, serial=str(place)) for place, shot in enumerate(apart)]) == [[0], [1]]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ((47.0, 8.0), (47.0, 8.001), True),
        ((47.0, 8.0), (47.0, 8.01), False),
        ((47.0, 8.0), None, True),
        ((-17.0, 179.9999), (-17.0, -179.9999), True),
    ],
)
def test_frames_far_apart_are_not_of_one_sighting(
    one: tuple[float, float], other: tuple[float, float] | None, together: bool
) -> None:
    shots = [Shot("1.jpg", 0.0, place=one), Shot("2.jpg", 30.0, place=other)]
    assert parts(shots) == ([[0, 1]] if together else [[0], [1]])


def test_photos_without_a_time_go_by_their_numbers_where_they_are_all_but_one() -> None:
    shots = [
        Shot("IMG_0007.JPG"),
        Shot("IMG_0008.JPG"),
        Shot("IMG_0010.JPG"),
        Shot("DSC_0009.JPG"),
        Shot("x.jpg"),
    ]
    assert parts(shots) == [[0, 1], [2], [3], [4]]
    assert parts([replace(shot, bird=None) for shot in shots[:2]]) == [[0], [1]]


def test_equal_bytes_are_one_sighting_wherever_they_lie() -> None:
    assert parts([Shot("a/1.jpg", 0.0, bytes="x"), Shot("best/1.jpg", None, 3, bytes="x")]) == [[0, 1]]


def test_no_photos_are_no_sightings() -> None:
    nothing = columns([Shot("1.jpg")])
    assert len(group(Frames(*(getattr(nothing, one.name)[:0] for one in fields(nothing))))) == 0


@pytest.mark.parametrize(
    ("name", "series", "number"),
    [
        ("a/b/IMG_0042.JPG", ("a/b", "IMG_", ""), 42),
        ("20240504_101112-edit.jpg", ("", "20240504_", "-edit"), 101112),
        ("no number.jpg", ("", "no number", ""), -1),
        ("7", ("", "", ""), 7),
        ("a/.jpg", ("a", ".jpg", ""), -1),
    ],
)
def test_a_name_has_a_series_and_a_number(name: str, series: tuple[str, str, str], number: int) -> None:
    assert series_of(name) == (series, number)


@given(st.integers(0, 2**32), st.permutations(range(40)))
def test_the_order_in_which_photos_are_given_changes_nothing(seed: int, order: list[int]) -> None:
    dice = random.Random(seed)
    shots = [
        Shot(f"IMG_{number}.JPG", dice.choice([None, dice.uniform(0, 900)]), dice.choice([None, 0, 1]))
        for number in range(40)
    ]
    apart = {frozenset(part) for part in parts(shots)}
    mixed = {frozenset(order[place] for place in part) for part in parts([shots[place] for place in order])}
    assert apart == mixed


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=60))
def test_components_are_those_that_a_walk_finds(links: list[tuple[int, int]]) -> None:
    left, right = (np.array([link[end] for link in links], np.intp) for end in (0, 1))
    wanted = list(range(30))
    for _ in range(30):
        for one, other in links:
            wanted[one] = wanted[other] = min(wanted[one], wanted[other])
    assert components(30, left, right).tolist() == wanted
