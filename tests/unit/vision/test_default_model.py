"""The model that comes with Birds is in the package, small, and knows what it is said to know."""

from pathlib import Path

import numpy as np
import pytest
import torch

from shared.photo.decode import decode
from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import CARD_FILE, NO_BIRD_BELOW, WEIGHTS_FILE, read_bundle
from shared.vision.labels import class_of, label_names
from shared.vision.loading import load
from shared.vision.refs import parse_ref
from shared.vision.sources.default import default_model
from worker.settings import WorkerSettings

MEGABYTES = 12  # every clone and every image carries it
COMMONS = Path(__file__).parents[4] / "shared" / "data" / "commons"


def test_it_is_what_serves_where_nobody_chose() -> None:
    assert str(parse_ref(WorkerSettings.model_fields["model"].default)) == read_bundle(default_model()).name


def test_it_names_the_species_of_the_set_and_what_is_none() -> None:
    bundle = read_bundle(default_model())
    assert set(bundle.species) == {class_of(one.label).species for one in label_names()}
    assert len(bundle.species) == 525
    assert bundle.knows_other_things
    assert bundle.second_look is not None


def test_it_is_small_and_tells_of_itself() -> None:
    assert (default_model() / WEIGHTS_FILE).stat().st_size <= MEGABYTES * 1e6
    card = (default_model() / CARD_FILE).read_text()
    for word in ("macro-F1", "CC0", "What it is bad at"):
        assert word in card


def answer(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> PhotoAnswer:
    model = load(default_model())
    spec = model.bundle.input
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    mean, std = (torch.tensor(part).view(1, 3, 1, 1) for part in (spec.mean, spec.std))
    with torch.inference_mode():
        [found] = Answerer(model.bundle)(model.module((planes - mean) / std).numpy(), 5)
    assert isinstance(found, PhotoAnswer)
    return found


def test_grey_is_no_bird() -> None:
    size = read_bundle(default_model()).input.size
    found = answer(np.full((size, size, 3), 128, np.uint8))
    assert found.bird_probability is not None
    assert found.bird_probability < NO_BIRD_BELOW


@pytest.mark.skipif(not COMMONS.is_dir(), reason="the photos are not here")
def test_it_knows_birds_it_has_never_seen() -> None:
    prepare = read_bundle(default_model()).input.preprocessing
    right = 0
    paths = sorted(COMMONS.glob("*/*.jpg"))
    for path in paths:
        photo = decode(path.read_bytes(), max_pixels=10**8, min_side=prepare.scaled_side)
        species = answer(prepare(photo.image)).predictions[0]["species"]
        right += species == class_of(path.parent.name).species
    assert right >= 0.8 * len(paths)
