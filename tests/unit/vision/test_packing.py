"""Smaller weights are nearly the same weights."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from shared.errors import BirdsError, Code
from shared.vision.bundle import BUNDLE_FILE, WEIGHTS_FILE, Bundle, file_digest
from shared.vision.loading import load
from shared.vision.packing import Packing, packed, unpacked
from tests.support.models import saved
from tests.support.onnx_models import onnx_bundle
from trainer.export import export


@pytest.mark.parametrize(("packing", "share"), [(Packing.FP16, 0.51), (Packing.INT8, 0.30)])
def test_a_smaller_bundle_gives_nearly_the_same_answers(
    tmp_path: Path, packing: Packing, share: float
) -> None:
    saved(tmp_path / "whole")
    assert export(tmp_path / "whole", tmp_path / "small", packing).version == f"1-{packing}"
    whole, small = load(tmp_path / "whole"), load(tmp_path / "small")
    pixels = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = whole.module(pixels), small.module(pixels)
    assert ours.dtype is theirs.dtype is torch.float32
    assert 0 < float((ours - theirs).abs().max()) < 0.02 * float(ours.std() + ours.abs().max())
    sizes = [(tmp_path / name / WEIGHTS_FILE).stat().st_size for name in ("whole", "small")]
    assert sizes[1] < share * sizes[0]
    assert small.bundle.classes == whole.bundle.classes


def test_bytes_are_never_further_off_than_half_a_step(tmp_path: Path) -> None:
    saved(tmp_path / "whole")
    export(tmp_path / "whole", tmp_path / "small", Packing.INT8)
    weights, stored = (load_file(tmp_path / name / WEIGHTS_FILE) for name in ("whole", "small"))
    name = next(name for name, tensor in stored.items() if tensor.dtype is torch.int8)
    step = stored[f"{name}.scale"]
    assert float(((stored[name] * step - weights[name]).abs() / step).max()) <= 0.5 + 1e-3


def test_to_pack_again_changes_nothing_and_half_stays_half() -> None:
    state = {"body.weight": torch.randn(64, 32), "head.weight": torch.randn(64, 32)}
    once = unpacked(packed(state, Packing.INT8))
    again = packed(once, Packing.INT8, half=("head.weight",))
    assert again["head.weight"].dtype is torch.float16
    torch.testing.assert_close(unpacked(again)["body.weight"], once["body.weight"], rtol=1e-6, atol=0)


def test_bytes_without_their_scale_are_no_model(tmp_path: Path) -> None:
    saved(tmp_path / "whole")
    export(tmp_path / "whole", tmp_path / "small", Packing.INT8)
    path = tmp_path / "small" / WEIGHTS_FILE
    kept = {name: tensor for name, tensor in load_file(path).items() if not name.endswith(".scale")}
    save_file(kept, path)
    told = Bundle.model_validate_json((tmp_path / "small" / BUNDLE_FILE).read_bytes())
    (tmp_path / "small" / BUNDLE_FILE).write_text(
        told.model_copy(update={"weights_sha256": file_digest(path)}).model_dump_json(exclude_none=True)
    )
    with pytest.raises(BirdsError) as caught:
        load(tmp_path / "small")
    assert caught.value.code is Code.NO_MODEL


def test_an_onnx_model_is_packed_by_its_exporter_alone(tmp_path: Path) -> None:
    onnx_bundle(tmp_path / "onnx")
    with pytest.raises(BirdsError, match="ONNX") as caught:
        export(tmp_path / "onnx", tmp_path / "small", Packing.FP16)
    assert caught.value.code is Code.NO_MODEL
    assert not (tmp_path / "small").exists()
