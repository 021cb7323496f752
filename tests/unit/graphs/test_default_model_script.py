"""The last step of `scripts/default-model`: what ships is small, measured, and tells of itself."""

from pathlib import Path

import torch

from scripts.default_model.ship import ship
from shared.vision.bundle import CARD_FILE, WEIGHTS_FILE, read_bundle
from shared.vision.loading import load
from shared.vision.precision import Precision
from shared.vision.stored_graph import has_graph
from tests.support.models import saved
from trainer.data.data_set import read_data_set
from trainer.evaluation.evaluate import Evaluation
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.training.classes import class_names, model_classes


def test_what_ships_is_measured_and_says_so(tmp_path: Path) -> None:
    photos, model, out = tmp_path / "birds", tmp_path / "model", tmp_path / "package"
    make_field_guide(photos, Plan(species=3, most=2, least=2, valid=1, test=4, no_birds=6, side=64))
    data = read_data_set(photos)
    saved(model, classes=model_classes(data, class_names(data, no_bird=True)))

    told = ship(model, photos, out, tmp_path / "test", no_bird_shift=2.0, temperature=1.5, version="7")

    found = Evaluation.model_validate_json((tmp_path / "test" / "evaluation.json").read_bytes())
    bundle = read_bundle(out)
    assert (bundle.version, bundle.temperature) == ("7", 1.5)
    assert found.weights_sha256 == bundle.weights_sha256
    assert bundle.metrics["test_macro_f1"] == round(found.macro_f1.value, 4)
    assert str(found.macro_f1) in told
    card = (out / CARD_FILE).read_text()
    assert str(found.macro_f1) in card
    assert "What it is bad at" in card
    assert has_graph(bundle)
    assert not has_graph(bundle, Precision.INT8)
    assert bundle.agreement[Precision.INT8].photos == found.photos
    assert (out / WEIGHTS_FILE).stat().st_size < (model / WEIGHTS_FILE).stat().st_size / 2
    pixels = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        moved = load(out).module(pixels) - load(model).module(pixels)
    torch.testing.assert_close(moved[:, -1], torch.full((2,), 2.0), atol=0.1, rtol=0)
    torch.testing.assert_close(moved[:, :-1], torch.zeros(2, 3), atol=0.1, rtol=0)
