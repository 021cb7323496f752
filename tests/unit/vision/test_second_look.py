"""When a photo is looked at again, where, and what both looks say together."""

from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.vision.answers import Answerer, Chances, energy
from shared.vision.bundle import SecondLook
from shared.vision.loading import load
from shared.vision.looking import Looking
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing
from shared.vision.second_look import is_surer, sureness, together, where_to_look
from tests.support.colour_model import FAR_AT, FAR_SIZE, bird, saved_by_colour
from trainer.evaluation.looks import look
from trainer.evaluation.predict import predict

RULE = SecondLook(below=0.6, side=0.5)
UNSURE = (0.9, 0.5)


def chances(best: float, bird: float | None = 1.0) -> Chances:
    """Of two species."""
    return Chances(np.log([best, 1 - best]), bird)


def spec(mode: CropMode = CropMode.CENTER, crop_pct: float = 1.0) -> Preprocessing:
    return Preprocessing(90, Interpolation.BICUBIC, crop_pct, mode)


def spot(row: int, column: int, side: int = 9) -> NDArray[np.float32]:
    places = np.zeros((side, side), np.float32)
    places[row, column] = 1
    return places


def near(box: Box | None, x: float, y: float, width: float, height: float) -> bool:
    assert box is not None
    return (box.x, box.y, box.width, box.height) == pytest.approx((x, y, width, height), abs=1e-6)


def test_what_is_sure_is_not_looked_at_again() -> None:
    """That it is a bird; which one of its like does not come out by looking closer."""
    assert where_to_look(chances(0.5, 0.6), spot(4, 4), RULE, spec(), (90, 90)) is None
    assert where_to_look(chances(0.9, 0.5), spot(4, 4), RULE, spec(), (90, 90)) is not None


def test_a_model_that_does_not_tell_birds_is_as_sure_as_of_its_species() -> None:
    assert sureness(chances(0.7, None)) == pytest.approx(0.7)


def test_the_box_is_around_what_stands_out() -> None:
    assert near(
        where_to_look(chances(*UNSURE), spot(4, 5), RULE, spec(), (90, 90)), 5.5 / 9 - 0.25, 0.25, 0.5, 0.5
    )


def test_at_an_edge_the_box_stays_in_the_photo_and_keeps_its_size() -> None:
    assert near(where_to_look(chances(*UNSURE), spot(8, 0), RULE, spec(), (90, 90)), 0, 0.5, 0.5, 0.5)


def test_what_stands_out_less_moves_nothing() -> None:
    faint = spot(4, 4) + 0.4 * spot(0, 0)
    assert near(where_to_look(chances(*UNSURE), faint, RULE, spec(), (90, 90)), 0.25, 0.25, 0.5, 0.5)


@pytest.mark.parametrize("places", [np.zeros((3, 3)), np.full((3, 3), np.nan), np.array([[np.inf, 0.0]])])
def test_where_nothing_stands_out_one_look_has_to_do(places: NDArray[np.float64]) -> None:
    assert where_to_look(chances(*UNSURE), places, RULE, spec(), (90, 90)) is None


@pytest.mark.parametrize(
    ("mode", "size", "width", "height"),
    [
        (CropMode.CENTER, (300, 100), 1 / 6, 1 / 2),  # it saw the square in the middle
        (CropMode.CENTER, (100, 300), 1 / 2, 1 / 6),
        (CropMode.SQUASH, (300, 100), 1 / 2, 1 / 2),
        (CropMode.BORDER, (300, 100), 1 / 2, 1),  # it saw padding above and below
    ],
)
def test_the_box_is_of_the_photo_however_it_became_the_input(
    mode: CropMode, size: tuple[int, int], width: float, height: float
) -> None:
    places = spot(1, 0, 3)  # at half the height, left of the middle by a third of what was seen
    found = where_to_look(chances(*UNSURE), places, RULE, spec(mode), size)
    left = max(0.5 - 2 * width / 3 - width / 2, (1 - 2 * width) / 2 - width, 0)
    assert near(found, left, 0.5 - height / 2, width, height)


def test_of_the_middle_alone_that_was_seen() -> None:
    box = where_to_look(chances(*UNSURE), spot(4, 4), RULE, spec(crop_pct=0.5), (90, 90))
    assert near(box, 0.375, 0.375, 0.25, 0.25)


def test_a_failure_is_never_surer_and_changes_nothing() -> None:
    failure = BirdsError(Code.INTERNAL, "x")
    assert is_surer(chances(0.8, 0.9), chances(0.9, 0.5))
    assert not is_surer(chances(0.8), chances(0.5))
    assert not is_surer(failure, chances(0.5, 0.1))
    first = chances(0.8, 0.1)
    assert together(first, failure) is first


@pytest.mark.parametrize(
    ("first", "second", "best", "bird"),
    [
        # Weights 0.2 and 0.8 of masses 0.2 and 0.8 on birds: 1/17 and 16/17 of what is said of species.
        (chances(0.9, 0.2), chances(0.3, 0.8), 0.9 / 17 + 0.3 * 16 / 17, 0.68),
        (chances(0.9, 0.0), chances(0.3, 0.8), 0.3, 0.8),
        (chances(0.9, 0.0), chances(0.3, 0.0), 0.9, 0.0),
        (chances(0.9, 1e-250), chances(0.3, 1e-250), 0.6, 1e-250),
        (chances(0.6, None), chances(0.2, None), 0.6 * 3 / 7 + 0.2 * 4 / 7, None),
    ],
)
def test_both_looks_say_what_each_is_sure_of(
    first: Chances, second: Chances, best: float, bird: float | None
) -> None:
    found = together(first, second)
    assert np.exp(found.log_species).tolist() == pytest.approx([best, 1 - best])
    assert found.bird == pytest.approx(bird)


@pytest.mark.parametrize("architecture", ["test_convnext", "test_efficientnet"])
def test_looking_changes_no_answer_and_sees_each_place(architecture: str) -> None:
    """A linear head's answer is the mean over the places; the map is the energy of each one's logits."""
    torch.manual_seed(0)
    module = timm.create_model(architecture, num_classes=5).eval()
    photos = torch.rand(2, 3, 96, 96)
    with torch.inference_mode():
        logits, places = Looking(module)(photos)
        torch.testing.assert_close(logits, module(photos))
        features = module.forward_features(photos)
        alone = module.forward_head(features[:, :, 1:2, 2:3])
    assert places.shape == (2, *features.shape[2:])
    np.testing.assert_allclose(places[:, 1, 2], energy(alone.numpy()), rtol=1e-4, atol=1e-4)


def test_a_far_bird_is_found_by_the_second_look(tmp_path: Path) -> None:
    """Nothing but the far one is looked at again, and only its answer changes."""
    saved_by_colour(tmp_path, second_look=SecondLook(below=0.9, side=0.5))
    model = load(tmp_path)
    pictures = {
        "near.png": bird("Bluebird"),
        "far.png": bird("Cardinal", FAR_SIZE, FAR_AT),
    }
    for name, data in pictures.items():
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in pictures]
    looked = look(model, paths, torch.device("cpu"))
    logits = predict(model.module, model.bundle.input, paths, torch.device("cpu"))
    once = Answerer(model.bundle).chances(logits)
    assert looked.again == 1
    near, far = looked.chances
    assert isinstance(once[0], Chances)
    np.testing.assert_array_equal(near.log_species, once[0].log_species)
    assert sureness(once[1]) < 0.2
    assert sureness(far) > 0.8
    assert model.bundle.species[far.log_species.argmax()] == "Cardinal"
