import shutil
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from shared.errors import BirdsError, Code
from shared.vision.bundle import BUNDLE_FILE, WEIGHTS_FILE, file_digest, read_bundle
from shared.vision.loading import load
from tests.support.models import saved


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    bundle = saved(tmp_path)
    model = load(tmp_path)
    assert model.bundle == bundle
    assert not model.module.training
    weights = load_file(tmp_path / WEIGHTS_FILE)
    assert all(torch.equal(value, weights[name]) for name, value in model.module.state_dict().items())


def refusal(folder: Path) -> str:
    with pytest.raises(BirdsError) as caught:
        load(folder)
    assert caught.value.code is Code.NO_MODEL
    return caught.value.detail


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    with (tmp_path / WEIGHTS_FILE).open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\x00\x01\x02\x03")
    assert "sha256" in refusal(tmp_path)


def adopt(folder: Path, **changes: object) -> None:
    """Let the bundle name the weights that lie beside it, whatever they are."""
    bundle = read_bundle(folder).model_copy(
        update={"weights_sha256": file_digest(folder / WEIGHTS_FILE), **changes}
    )
    (folder / BUNDLE_FILE).write_text(bundle.model_dump_json())


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    weights = load_file(tmp_path / WEIGHTS_FILE)
    weights.pop(next(iter(weights)))
    save_file(weights, tmp_path / WEIGHTS_FILE)
    adopt(tmp_path)
    assert "Missing key" in refusal(tmp_path) or "cannot be built" in refusal(tmp_path)


def test_weights_of_another_number_of_classes_are_refused(tmp_path: Path) -> None:
    bundle = saved(tmp_path)
    adopt(tmp_path, classes=bundle.classes[:2])
    assert "small@1" in refusal(tmp_path)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    adopt(tmp_path, architecture="no_such_network")
    assert "no_such_network" in refusal(tmp_path)


def test_arguments_of_the_architecture_are_used(tmp_path: Path) -> None:
    plain = saved(tmp_path / "plain", architecture="mobilenetv2_035")
    same = saved(
        tmp_path / "same", architecture="mobilenetv2_035", architecture_arguments={"pad_type": "same"}
    )
    assert plain.weights_sha256 == same.weights_sha256
    assert read_bundle(tmp_path / "same").architecture_arguments == {"pad_type": "same"}
    photo = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        answers = [load(tmp_path / name).module(photo) for name in ("plain", "same")]
        network = timm.create_model("mobilenetv2_035", num_classes=3, pad_type="same").eval()
        network.load_state_dict(load_file(tmp_path / "same" / WEIGHTS_FILE))
        assert torch.equal(answers[1], network(photo))
    assert not torch.allclose(answers[0], answers[1])


@pytest.mark.parametrize(
    "arguments", [{"pad_type": "same"}, {"act_layer": "no_such_layer"}, {"global_pool": "no_such_pool"}]
)
def test_arguments_that_the_architecture_does_not_take_are_refused(
    tmp_path: Path, arguments: dict[str, str]
) -> None:
    saved(tmp_path)
    adopt(tmp_path, architecture_arguments=arguments)
    assert "small@1 cannot be built" in refusal(tmp_path)


def test_a_pickle_in_the_place_of_the_weights_is_not_run(tmp_path: Path) -> None:
    saved(tmp_path)
    bomb = tmp_path / "ran"
    torch.save({"weights": _Bomb(bomb)}, tmp_path / WEIGHTS_FILE)
    adopt(tmp_path)
    refusal(tmp_path)
    assert not bomb.exists()


class _Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_folder_without_weights(tmp_path: Path) -> None:
    saved(tmp_path / "whole")
    (tmp_path / "half").mkdir()
    shutil.copy(tmp_path / "whole" / BUNDLE_FILE, tmp_path / "half")
    assert WEIGHTS_FILE in refusal(tmp_path / "half")
