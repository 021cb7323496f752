"""A model's ONNX graph, whose tensors stay in the bundle's safetensors."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from shared.errors import BirdsError, Code
from shared.vision.architecture import Backbone
from shared.vision.bundle import GRAPH_FILE, WEIGHTS_FILE, SecondLook, read_bundle
from shared.vision.loading import empty_module, load, save
from shared.vision.packing import Packing
from shared.vision.stored_graph import has_graph
from tests.support.models import bundle, fields, saved
from tests.support.onnx_models import onnx_bundle
from tests.support.small_install import hiding
from trainer.__main__ import app
from trainer.export import export
from trainer.graph import write_graph
from worker.engines.choose import EngineKind, choose

LOOKING = {"second_look": SecondLook(below=0.5, side=0.5)}
NETWORK = Backbone(architecture="test_convnext", size=64, mean=(0.5,) * 3, std=(0.5,) * 3)
SAME = Backbone(
    architecture="test_efficientnet",
    architecture_arguments={"pad_type": "same"},
    size=64,
    mean=(0.4,) * 3,
    std=(0.3,) * 3,
)
TWO = {"architecture": "side_by_side", "backbones": (NETWORK, SAME)}


def photos(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (count, 64, 64, 3), np.uint8)


def looks(folder: Path, kind: EngineKind, count: int) -> list[NDArray[np.floating]]:
    engine = choose(folder, kind=kind, precision="fp32", device="cpu", batch_size=5).engine
    found = engine.look(photos(count))
    assert found.embeddings is not None
    assert (found.places is None) == (read_bundle(folder).second_look is None)
    return [one for one in found if one is not None]


@pytest.mark.parametrize("changes", [{}, LOOKING, TWO | LOOKING])
@pytest.mark.parametrize("packing", [None, *Packing])
def test_the_graph_answers_as_torch_does(tmp_path: Path, changes: dict[str, Any], packing: Packing) -> None:
    module = empty_module(bundle(**changes))
    save(tmp_path / "whole", module.state_dict(), **fields(**changes))
    folder = tmp_path / "whole" if packing is None else tmp_path / "packed"
    if packing is not None:
        export(tmp_path / "whole", folder, packing)
    assert has_graph(write_graph(folder))
    assert (folder / GRAPH_FILE).stat().st_size < (folder / WEIGHTS_FILE).stat().st_size / 2
    for count in (1, 3):
        found, expected = (looks(folder, kind, count) for kind in (EngineKind.OPENVINO, EngineKind.TORCH))
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-3 if one.dtype == np.float16 else 2e-4)


def test_a_cpu_worker_without_torch_runs_it(tmp_path: Path) -> None:
    saved(tmp_path / "model")
    write_graph(tmp_path / "model")
    program = f"""
from pathlib import Path
from worker.engines.choose import choose
engine = choose(Path({str(tmp_path / "model")!r})).engine
engine.warm_up()
print(engine.description)
"""
    path = hiding(tmp_path / "path", "worker")
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "openvino cpu fp32", done.stderr


def test_without_a_graph_the_extra_with_torch_is_named(tmp_path: Path) -> None:
    saved(tmp_path / "model")
    program = f"""
from pathlib import Path
from worker.engines.choose import choose
choose(Path({str(tmp_path / "model")!r})).engine
"""
    path = hiding(tmp_path / "path", "worker")
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert "small@1, which has no graph, needs timm" in done.stderr
    assert "pip install 'birds[torch]'" in done.stderr


@pytest.mark.parametrize("name", [GRAPH_FILE, WEIGHTS_FILE])
def test_other_bytes_than_the_bundle_names_are_refused(tmp_path: Path, name: str) -> None:
    saved(tmp_path)
    write_graph(tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    data[-1] ^= 1
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BirdsError, match=rf"{name}.*sha256") as caught:
        choose(tmp_path, kind=EngineKind.OPENVINO)
    assert caught.value.code is Code.NO_MODEL


def test_other_weights_in_its_place_have_no_graph(tmp_path: Path) -> None:
    saved(tmp_path)
    write_graph(tmp_path)
    again = read_bundle(tmp_path)
    save(tmp_path, load(tmp_path).module.state_dict(), **fields(version="2"))
    assert (again.graph_sha256, read_bundle(tmp_path).graph_sha256) == (again.graph_sha256, None)
    assert not (tmp_path / GRAPH_FILE).exists()


def test_what_onnx_has_no_word_for_is_told(tmp_path: Path) -> None:
    smaller = TWO | {"backbones": (NETWORK.model_copy(update={"size": 48}), SAME)}  # an antialiased resize
    save(tmp_path, empty_module(bundle(**smaller)).state_dict(), **fields(**smaller))
    with pytest.raises(BirdsError, match="small@1 can't be exported as ONNX") as caught:
        write_graph(tmp_path)
    assert len(caught.value.detail) < 300
    assert not has_graph(read_bundle(tmp_path))


def test_the_command_writes_it_and_refuses_another_exporters_model(tmp_path: Path) -> None:
    saved(tmp_path / "torch")
    made = CliRunner().invoke(app, ["graph", str(tmp_path / "torch")])
    assert (made.exit_code, made.output.strip()) == (0, "small@1")
    assert has_graph(read_bundle(tmp_path / "torch"))
    onnx_bundle(tmp_path / "onnx")
    assert "is an ONNX model" in CliRunner().invoke(app, ["graph", str(tmp_path / "onnx")]).output
