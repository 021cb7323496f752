"""Figures of a model, where the right ones are known."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from shared.vision.bundle import ModelClass
from shared.vision.labels import class_of
from shared.vision.species import title_case
from tests.support.models import saved
from tests.support.onnx_models import onnx_bundle
from trainer.__main__ import app
from trainer.card import write_card
from trainer.data.data_set import read_data_set
from trainer.evaluation import metrics
from trainer.evaluation.answers import Answers
from trainer.evaluation.evaluate import Evaluation, compare
from trainer.field_guide.dataset import Plan, make_field_guide


def test_macro_f1_counts_a_rare_species_as_much_as_a_frequent_one() -> None:
    labels = np.array([0] * 98 + [1, 1])
    assert metrics.macro_f1(labels, labels, 2) == 1.0
    always_the_first = np.zeros(100, np.int64)
    assert metrics.macro_f1(always_the_first, labels, 2) == pytest.approx((2 * 98 / 198 + 0) / 2)


def test_a_class_that_nobody_names_does_not_count() -> None:
    labels = np.array([0, 1, 0, 1])
    assert metrics.macro_f1(labels, labels, 5) == 1.0


def test_the_interval_of_a_coin_is_that_of_the_books() -> None:
    heads = np.arange(400) % 2 == 0
    found = metrics.interval(np.mean, heads)
    assert found.value == 0.5
    assert (found.low, found.high) == pytest.approx((0.451, 0.549), abs=0.01)


def test_the_interval_of_many_rare_species_lies_about_what_was_found() -> None:
    labels = np.repeat(np.arange(200), 4)
    guesses = np.where(np.arange(800) % 5 == 0, (labels + 1) % 200, labels)
    found = metrics.macro_f1_interval(guesses, labels, 200)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.08


def test_the_interval_of_single_photos_is_not_empty() -> None:
    labels = np.arange(200)
    guesses = np.where(labels % 5 == 0, (labels + 1) % 200, labels)
    found = metrics.macro_f1_interval(guesses, labels, 200)
    assert found.low + 0.05 < found.value < found.high - 0.02


def test_temperature_undoes_what_made_the_model_too_sure() -> None:
    dice = np.random.default_rng(0)
    honest = dice.normal(0, 1.5, (4000, 4)).astype(np.float32)
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    labels = (chances.cumsum(axis=1) > dice.random((4000, 1))).argmax(axis=1)
    boasting = 3 * honest
    temperature = metrics.best_temperature(boasting, labels)
    assert temperature == pytest.approx(3, rel=0.1)
    before, after = (metrics.calibration_error(boasting, labels, t) for t in (1.0, temperature))
    assert after < 0.03 < before


@pytest.fixture
def data(tmp_path: Path) -> Path:
    make_field_guide(tmp_path / "set", Plan(species=3, most=3, least=2, valid=3, test=4, no_birds=0, side=64))
    return tmp_path / "set"


def a_model(folder: Path, species: list[str]) -> Path:
    classes = tuple(ModelClass(species=title_case(name)) for name in species)
    saved(folder, name="random", classes=classes)
    return folder


def test_the_command_measures_a_bundle_and_writes_what_it_found(data: Path, tmp_path: Path) -> None:
    model = a_model(tmp_path / "model", list(read_data_set(data).species))
    result = CliRunner().invoke(app, ["evaluate", str(model), str(data), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert (found["model"], found["photos"], found["split"]) == ("random@1", 12, "test")
    assert found["macro_f1"]["low"] <= found["macro_f1"]["value"] <= found["macro_f1"]["high"]
    wrong = sum(pair["photos"] for pair in found["confusions"])
    assert found["accuracy"]["value"] == pytest.approx(1 - wrong / 12)
    assert len((tmp_path / "out" / "species.csv").read_text().splitlines()) == 1 + 3


def test_names_of_one_class_are_the_same_to_old_models_and_new(data: Path, tmp_path: Path) -> None:
    """Models made before classes were called by the world list are measured, and compared, all the same."""
    labels = ["PARAKETT AUKLET", "EMU", "FRILL BACK PIGEON"]
    for split in ("train", "valid", "test"):
        for folder, label in zip(sorted((data / split).iterdir()), labels, strict=True):
            folder.rename(folder.with_name(label))
    old = a_model(tmp_path / "old", labels)
    new = tmp_path / "new"
    saved(new, name="new", classes=tuple(class_of(label) for label in labels))
    result = CliRunner().invoke(
        app, ["evaluate", str(old), str(data), "--against", str(new), "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert found["comparison"]["difference"]["value"] == 0
    names = {one["species"] for one in found["by_species"]}
    assert names == {"Parakeet Auklet", "Emu", "Frillback Pigeon"}


def test_a_model_that_does_not_know_the_species_is_refused(data: Path, tmp_path: Path) -> None:
    model = a_model(tmp_path / "model", ["Dodo", "Great Auk"])
    result = CliRunner().invoke(app, ["evaluate", str(model), str(data)])
    assert result.exit_code == 2
    assert "does not know 3 species" in result.output


def test_a_page_holds_everything_that_it_shows(data: Path, tmp_path: Path) -> None:
    model = a_model(tmp_path / "model", list(read_data_set(data).species))
    result = CliRunner().invoke(app, ["evaluate", str(model), str(data), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count('src="data:image/png;base64,') == 2
    assert "http" not in page
    assert "src=" not in page.replace('src="data:', "")
    for name in read_data_set(data).species:
        assert title_case(name) in page
    for picture in ("confusion.png", "reliability.png"):
        assert (tmp_path / "out" / picture).stat().st_size > 1000


def test_two_models_are_compared_on_the_same_photos(data: Path, tmp_path: Path) -> None:
    species = list(read_data_set(data).species)
    model = a_model(tmp_path / "model", species)
    other = a_model(tmp_path / "other", species[::-1])  # the same weights under other names
    arguments = [str(model), str(data), "--against", str(other), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["evaluate", *arguments])
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    comparison = found["comparison"]
    assert comparison["difference"]["value"] == pytest.approx(
        found["macro_f1"]["value"] - comparison["other_macro_f1"]["value"]
    )


def a_set(guesses: list[int], labels: list[int]) -> Answers:
    logits = np.eye(2, dtype=np.float32)[guesses]
    return Answers(logits, np.array(labels), ("Auk", "Emu"))


def test_a_model_is_no_better_than_itself_and_better_than_one_that_errs() -> None:
    labels = [0, 1] * 50
    wrong_at_times = [1 - label if number % 3 == 0 else label for number, label in enumerate(labels)]
    right, other = a_set(labels, labels), a_set(wrong_at_times, labels)
    same = compare(right, right, "itself@1").difference
    assert (same.low, same.value, same.high) == (0, 0, 0)
    better = compare(right, other, "other@1").difference
    assert 0 < better.low < better.value < better.high


def test_a_card_tells_the_licence_of_weights_from_elsewhere(tmp_path: Path) -> None:
    onnx_bundle(tmp_path, license="cc-by-nc-4.0", origin="hf:someone/birds-of-here@0123")
    card = write_card(tmp_path, []).read_text()
    assert "Licence of the weights: cc-by-nc-4.0." in card
    assert "`hf:someone/birds-of-here@0123`" in card


def test_a_card_says_what_the_model_is_for(data: Path, tmp_path: Path) -> None:
    model = a_model(tmp_path / "model", list(read_data_set(data).species))
    out = tmp_path / "out"
    assert CliRunner().invoke(app, ["evaluate", str(model), str(data), "--out", str(out)]).exit_code == 0
    evaluation = Evaluation.model_validate_json((out / "evaluation.json").read_bytes())
    card = write_card(model, [evaluation]).read_text()
    assert card.startswith("# random@1\n")
    assert str(evaluation.macro_f1) in card
    assert "no bird probability" in card
    foreign = evaluation.model_copy(update={"weights_sha256": "0" * 64})
    with pytest.raises(ValueError, match="not of these weights"):
        write_card(model, [foreign])
