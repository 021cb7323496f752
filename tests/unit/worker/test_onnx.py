import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, external_data_helper, helper

from shared.errors import BirdsError, Code
from shared.vision.bundle import WeightsFile
from shared.vision.embedding import embeddings
from shared.vision.loading import load
from shared.vision.stored_graph import load_graph
from tests.support.models import saved
from tests.support.onnx_models import expected, graph, onnx_bundle
from worker.engines.choose import EngineKind, choose
from worker.engines.engine import Engine


def photos(count: int, side: int = 64) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (count, side, side, 3), np.uint8)


def engine_of(folder: Path, batch_size: int | None = None) -> Engine:
    engine = choose(folder, batch_size=batch_size).engine
    engine.warm_up()
    return engine


@pytest.mark.parametrize(
    ("model", "batch_size"),
    [
        (graph(), 5),
        (graph(batch=1), 1),
        (graph(batch=4), 4),
        (graph(inside=2), 2),  # dynamic for those who ask, but not inside
        (graph(side="S"), 5),
        (graph(kind=TensorProto.FLOAT16), 5),
    ],
)
def test_any_number_of_photos_is_answered(tmp_path: Path, model: onnx.ModelProto, batch_size: int) -> None:
    bundle = onnx_bundle(tmp_path, model)
    engine = engine_of(tmp_path, batch_size=5)
    assert engine.batch_size == batch_size
    for count in (5, 1, 3, 9):
        found = engine.look(photos(count)).logits
        assert found.dtype == np.float32
        tolerance = 5e-3 if model.graph.input[0].type.tensor_type.elem_type == TensorProto.FLOAT16 else 1e-4
        np.testing.assert_allclose(found, expected(bundle, photos(count)), atol=tolerance)
    engine.close()


def test_threads_of_the_engine_before_it_may_come_at_once(tmp_path: Path) -> None:
    bundle = onnx_bundle(tmp_path)
    engine = engine_of(tmp_path)
    batches = [np.roll(photos(8), number, axis=0) for number in range(20)]
    with ThreadPoolExecutor(4) as threads:
        for found, batch in zip(threads.map(engine.look, batches), batches, strict=True):
            np.testing.assert_allclose(found.logits, expected(bundle, batch), atol=1e-4)


def refusal(folder: Path, **options: str) -> str:
    with pytest.raises(BirdsError) as caught:
        choose(folder, **options)  # type: ignore[arg-type]
    assert caught.value.code is Code.NO_MODEL
    return caught.value.detail


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (graph(channels=1), "takes"),
        (graph(side=32), "not (N, 3, 64, 64)"),
        (graph(classes=4), "not (N, 3)"),
        (graph(extra_input=True), "2 inputs"),
        (graph(extra_output=True), "2 outputs"),
        (graph(kind=TensorProto.DOUBLE), "not floats"),
        (graph(operation="NoSuchOperation"), "NoSuchOperation"),
        (b"nonsense" * 100, "cannot be read as ONNX"),
        (graph().SerializeToString()[:-100], "cannot be read as ONNX"),
        (b"", "inputs"),
        (b"<?xml version='1.0'?><net name='x' version='11'></net>", "cannot be read as ONNX"),
    ],
)
def test_what_is_no_model_of_photos_is_refused(
    tmp_path: Path, model: onnx.ModelProto | bytes, said: str
) -> None:
    onnx_bundle(tmp_path, model)
    detail = refusal(tmp_path)
    assert detail.startswith("model.onnx of small@1 ")
    assert said in detail


@pytest.mark.parametrize("place", ["weights.bin", "../weights.bin", "/etc/passwd"])
def test_weights_in_another_file_are_refused(tmp_path: Path, place: str) -> None:
    model = graph()
    (tmp_path / "weights.bin").write_bytes(model.graph.initializer[0].raw_data)
    external_data_helper.set_external_data(model.graph.initializer[0], place, 0, 36)
    model.graph.initializer[0].ClearField("raw_data")
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "weights.bin").write_bytes((tmp_path / "weights.bin").read_bytes())
    onnx_bundle(tmp_path / "bundle", model)
    assert "external data" in refusal(tmp_path / "bundle")


def test_other_bytes_than_the_bundle_names_are_refused(tmp_path: Path) -> None:
    onnx_bundle(tmp_path)
    (tmp_path / WeightsFile.ONNX).write_bytes(graph(batch=1).SerializeToString())
    assert "sha256" in refusal(tmp_path)
    (tmp_path / WeightsFile.ONNX).unlink()
    assert "model.onnx" in refusal(tmp_path)


def test_torch_says_that_it_is_not_for_torch(tmp_path: Path) -> None:
    onnx_bundle(tmp_path / "onnx")
    with pytest.raises(BirdsError, match=r"small@1 is an ONNX model.*OpenVINO") as caught:
        load(tmp_path / "onnx")
    assert caught.value.code is Code.NO_MODEL
    saved(tmp_path / "torch")
    with pytest.raises(BirdsError, match=r"model\.safetensors, not in ONNX"):
        load_graph(tmp_path / "torch")


@pytest.mark.parametrize("kind", [EngineKind.TORCH, EngineKind.OPENVINO])
def test_an_onnx_model_gets_openvino_whatever_is_set(tmp_path: Path, kind: EngineKind) -> None:
    onnx_bundle(tmp_path)
    assert choose(tmp_path, kind=kind).engine.description == "openvino cpu fp32"
    assert "not on cuda:1" in refusal(tmp_path, kind=kind, device="cuda:1")


def test_without_openvino_the_extra_is_named(tmp_path: Path) -> None:
    onnx_bundle(tmp_path)
    done = in_a_process(f"""
import sys
sys.modules["openvino"] = None
from pathlib import Path
from worker.engines.choose import choose
choose(Path({str(tmp_path)!r})).engine
""")
    assert "pip install 'birds[worker]'" in done.stderr


def test_neither_torch_nor_telemetry_is_loaded_for_an_onnx_model(tmp_path: Path) -> None:
    onnx_bundle(tmp_path)
    done = in_a_process(f"""
import sys
sys.modules["torch"] = sys.modules["timm"] = None
import worker.__main__
from pathlib import Path
from worker.engines.choose import choose
engine = choose(Path({str(tmp_path)!r})).engine
engine.warm_up()
print(engine.description, [name for name in sys.modules if name.startswith("openvino_telemetry.")])
""")
    assert done.stdout.strip() == "openvino cpu fp32 []", done.stderr


def in_a_process(program: str) -> "subprocess.CompletedProcess[str]":
    """Of its own: what it does not import stays out of it."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )


def test_another_exporters_head_is_found_or_told_of(tmp_path: Path) -> None:
    """The last product of the plainest model is fed with the means of the colours."""
    bundle = onnx_bundle(tmp_path / "plain")
    engine = engine_of(tmp_path / "plain")
    spec, batch = bundle.input, photos(4)
    means = ((batch / 255 - np.array(spec.mean)) / np.array(spec.std)).mean(axis=(1, 2))
    found = engine.look(batch).embeddings
    assert found is not None
    np.testing.assert_allclose(found, embeddings(means), atol=2e-3)
    onnx_bundle(tmp_path / "headless", headless())
    engine = engine_of(tmp_path / "headless")
    assert not engine.embeds
    assert engine.look(batch).embeddings is None


def headless() -> onnx.ModelProto:
    """Each class is the mean of one colour: nothing is multiplied."""
    inputs = [helper.make_tensor_value_info("photos", TensorProto.FLOAT, ["N", 3, 64, 64])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 3])]
    nodes = [
        helper.make_node("GlobalAveragePool", ["photos"], ["means"]),
        helper.make_node("Flatten", ["means"], ["logits"]),
    ]
    made = helper.make_graph(nodes, "mean colour", inputs, outputs)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
