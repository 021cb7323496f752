"""The model that comes with Birds is in the package, small, and knows what it is said to know."""

from pathlib import Path

import numpy as np
import pytest
import torch

from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import CARD_FILE, WEIGHTS_FILE, read_bundle
from shared.vision.labels import class_of, label_names
from shared.vision.loading import load
from shared.vision.no_bird import NO_BIRD_BELOW
from shared.vision.refs import DEFAULT_MODEL, DefaultRef, parse_ref
from shared.vision.sources.default import default_model
from trainer.evaluation.looks import look

MEGABYTES = 12  # every clone and every image carries it
COMMONS = Path(__file__).parents[4] / "shared" / "data" / "commons"


def test_it_is_what_its_name_leads_to() -> None:
    assert isinstance(parse_ref(DEFAULT_MODEL), DefaultRef)
    assert read_bundle(default_model()).name == DEFAULT_MODEL


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
    model, paths = load(default_model()), sorted(COMMONS.glob("*/*.jpg"))
    looked = look(model, paths, torch.device("cpu"))
    right = sum(
        model.bundle.species[found.log_species.argmax()] == class_of(path.parent.name).species
        for found, path in zip(looked.chances, paths, strict=True)
    )
    assert right >= 0.85 * len(paths)
