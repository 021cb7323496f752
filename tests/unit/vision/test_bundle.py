import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.errors import BirdsError, Code
from shared.vision.bundle import BUNDLE_FILE, Bundle, ModelClass, check_files, read_bundle
from shared.vision.preprocess import CropMode
from tests.support.models import INPUT, bundle, fields


def test_it_survives_being_written_and_read(tmp_path: Path) -> None:
    written = bundle(metrics={"f1": 0.928}, teacher="teacher@1", recipe={"epochs": 300})
    (tmp_path / BUNDLE_FILE).write_text(written.model_dump_json())
    assert read_bundle(tmp_path) == written


def test_versions_may_be_numbers() -> None:
    assert bundle(version=3).id == "small@3"


def test_species_are_the_birds_each_once() -> None:
    robins = (
        ModelClass(species="Robin", scientific_name="Turdus migratorius"),
        ModelClass(species="Crane", is_bird=False),
        ModelClass(species="Robin", scientific_name="Erithacus rubecula"),
        ModelClass(species="Crane", scientific_name="Gruidae"),
    )
    found = bundle(classes=robins)
    assert found.species == ("Robin", "Crane")
    assert found.scientific_names == {"Robin": None, "Crane": "Gruidae"}
    assert found.knows_other_things


def test_a_species_has_the_code_that_its_classes_agree_on() -> None:
    wigeons = (
        ModelClass(species="American Wigeon", ebird_code="amewig"),
        ModelClass(species="American Wigeon", ebird_code="amewig"),
        ModelClass(species="Robin", ebird_code="amerob"),
        ModelClass(species="Robin", ebird_code="eurrob1"),
        ModelClass(species="Duck"),
    )
    codes = bundle(classes=wigeons).ebird_codes
    assert codes == {"American Wigeon": "amewig", "Robin": None, "Duck": None}


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"name": "a/b"},
        {"name": ""},
        {"version": "1@2"},
        {"version": True},
        {"version": "../../etc"},
        {"architecture": "hf-hub:someone/something"},
        {"architecture": "local-dir:/tmp"},
        {"architecture_arguments": {"pretrained": True}},
        {"architecture_arguments": {"checkpoint_path": "/tmp/x"}},
        {"architecture_arguments": {"pad_type": 1}},
        {"architecture_arguments": {"act_layer": "torch.nn.ReLU"}},
        {"architecture_arguments": {"img_size": 100_000}},
        {"architecture_arguments": {"ls_init_value": float("nan")}},
        {"classes": ()},
        {"classes": (ModelClass(species="Tree", is_bird=False),)},
        {"temperature": 0},
        {"temperature": float("inf")},
        {"weights_sha256": "abc"},
        {"metrics": {"f1": float("nan")}},
        {"input": INPUT.model_dump() | {"std": (0.2, 0.0, 0.2)}},
        {"input": INPUT.model_dump() | {"size": 0}},
        {"input": INPUT.model_dump() | {"crop_pct": 1.5}},
        {"input": INPUT.model_dump() | {"interpolation": "random"}},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Bundle(**(fields(weights_sha256="0" * 64) | change))


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "JSON"), ("{}", "name"), (json.dumps({"name": 1}), "name"), (None, "No such file")],
)
def test_a_broken_file_is_named_with_its_fault(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / BUNDLE_FILE).write_text(content)
    with pytest.raises(BirdsError) as caught:
        read_bundle(tmp_path)
    assert caught.value.code is Code.NO_MODEL
    assert BUNDLE_FILE in caught.value.detail
    assert said in caught.value.detail


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(BirdsError, match="sha256"):
        check_files(tmp_path, bundle())


def test_padding_has_the_mean_colour_in_border_mode_alone() -> None:
    assert INPUT.preprocessing.fill == (0, 0, 0)
    assert INPUT.model_copy(update={"crop_mode": CropMode.BORDER}).preprocessing.fill == (124, 116, 104)
