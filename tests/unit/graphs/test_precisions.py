"""A model's graph for int8, and how far each precision agrees with fp32, on photos."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from shared.errors import BirdsError
from shared.objects import ObjectStore
from shared.vision import registry
from shared.vision.architecture import Backbone
from shared.vision.bundle import (
    BUNDLE_FILE,
    DIGESTS,
    GRAPH_FILE,
    INT8_FILES,
    WEIGHTS_FILE,
    read_bundle,
    write_bundle,
)
from shared.vision.loading import empty_module, load, save
from shared.vision.openvino_graph import computes_in_bf16
from shared.vision.packing import Packing
from shared.vision.precision import AGREEING, Agreement, Precision
from shared.vision.refs import RegistryRef
from shared.vision.stored_graph import has_graph, load_graph
from tests.support.models import bundle, fields, saved
from tests.support.onnx_models import graph, onnx_bundle
from tests.support.stack import Stack
from trainer.__main__ import app
from trainer.data.data_set import DataSet, read_data_set
from trainer.export import export
from trainer.field_guide.dataset import Plan, make_field_guide
from trainer.graph import write_graph
from trainer.precisions import write_precisions
from trainer.quantise import write_int8
from worker.engines.choose import EngineKind, choose
from worker.engines.same import resembles, textures


@pytest.fixture(scope="module")
def birds(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    folder = tmp_path_factory.mktemp("birds")
    make_field_guide(folder / "drawn", Plan(species=3, most=2, least=2, valid=4, test=3, side=64))
    return read_data_set(folder / "drawn")


def test_an_int8_graph_answers_nearly_as_the_model_does(
    tmp_path: Path, birds: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AGREEING, Precision.INT8, 0.0)
    saved(tmp_path)
    write_graph(tmp_path)
    made = write_precisions(tmp_path, birds, "test")
    assert made.digests.keys() > set(INT8_FILES)
    engines = [
        choose(tmp_path, kind=EngineKind.OPENVINO, precision=precision, device="cpu").engine
        for precision in ("fp32", "int8")
    ]
    assert engines[1].description == "openvino cpu int8"
    expected, found = (engine.look(textures(64, 8)) for engine in engines)
    assert resembles(expected.logits, found.logits)
    assert not np.array_equal(expected.logits, found.logits)
    assert expected.embeddings is not None
    assert found.embeddings is not None
    cosines = (expected.embeddings.astype(float) * found.embeddings).sum(axis=1)
    assert cosines.min() > 0.9
    told = made.agreement
    assert told[Precision.INT8].photos == len(birds.of("test"))
    assert told[Precision.INT8].data == "drawn/test"
    assert (Precision.BF16 in told) == (Precision.CHECKED in told) == computes_in_bf16()
    assert read_bundle(tmp_path) == made


def test_one_that_answers_otherwise_is_not_kept_but_told_of(
    tmp_path: Path, birds: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AGREEING, Precision.INT8, 1.1)
    onnx_bundle(tmp_path, graph(side=64))
    made = write_precisions(tmp_path, birds, "test")
    assert not has_graph(made, Precision.INT8)
    assert not any((tmp_path / name).exists() for name in INT8_FILES)
    assert made.agreement[Precision.INT8].photos == len(birds.of("test"))


@pytest.fixture
def quantised(tmp_path: Path) -> Path:
    onnx_bundle(tmp_path / "model", graph(side=64))
    paths = [tmp_path / f"{number}.png" for number in range(16)]
    for path, pixels in zip(paths, textures(64, 16), strict=True):
        Image.fromarray(pixels).save(path)
    write_int8(tmp_path / "model", paths)
    return tmp_path / "model"


@pytest.mark.parametrize("name", INT8_FILES)
def test_other_bytes_than_the_bundle_names_are_refused(quantised: Path, name: str) -> None:
    data = bytearray((quantised / name).read_bytes())
    data[-1] ^= 1
    (quantised / name).write_bytes(data)
    with pytest.raises(BirdsError, match=rf"{name}.*sha256"):
        choose(quantised, kind=EngineKind.OPENVINO, precision="int8")


def test_a_graph_that_is_none_is_told(quantised: Path) -> None:
    (quantised / INT8_FILES[0]).write_text("<net")
    write_bundle(quantised, **read_bundle(quantised).model_dump(exclude=set(DIGESTS)))
    with pytest.raises(BirdsError, match="cannot be read as IR"):
        choose(quantised, kind=EngineKind.OPENVINO, precision="int8")


def test_a_model_without_one_says_what_makes_one(tmp_path: Path) -> None:
    onnx_bundle(tmp_path)
    with pytest.raises(BirdsError, match="birds-train graph --photos"):
        load_graph(tmp_path, Precision.INT8)


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_workers_try_what_agrees(
    quantised: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    monkeypatch.setattr("worker.engines.same.RESEMBLING", 1.0)  # three colours in eight bits are coarse
    told = Agreement(photos=9, data="drawn/test", same_first=0.5, same_bird=1, bird_gap=0)
    monkeypatch.setitem(AGREEING, Precision.INT8, share)
    fields = read_bundle(quantised).model_dump(exclude={*DIGESTS, "agreement"})
    write_bundle(quantised, agreement={Precision.INT8: told}, **fields)
    findings = choose(quantised, measured=tmp_path / "kept", threads=1).findings
    assert findings is not None
    assert ("openvino int8" in findings.photos_per_s) == (share == 0)
    assert ("openvino int8" in findings.left_out) == (share > 1)


def test_what_is_of_the_weights_goes_with_them(tmp_path: Path, birds: DataSet) -> None:
    saved(tmp_path / "model")
    write_graph(tmp_path / "model")
    write_precisions(tmp_path / "model", birds, "test")
    (tmp_path / "model" / INT8_FILES[0]).touch()
    assert export(tmp_path / "model", tmp_path / "small", Packing.FP16).agreement == {}
    save(tmp_path / "model", load(tmp_path / "model").module.state_dict(), **fields())
    assert not any((tmp_path / "model" / name).exists() for name in INT8_FILES)


async def test_what_is_published_has_its_graphs_and_figures(
    stack: Stack, objects: ObjectStore, tmp_path: Path, birds: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a graph can't be made, the model is published all the same."""
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(AGREEING, Precision.INT8, 0.0)
    saved(tmp_path / "plain")
    smaller = Backbone(architecture="test_convnext", size=48, mean=(0.5,) * 3, std=(0.5,) * 3)  # antialiased
    two = {"architecture": "side_by_side", "backbones": (smaller,), "name": "two"}
    save(tmp_path / "two", empty_module(bundle(**two)).state_dict(), **fields(**two))

    async def publish(*arguments: object) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["publish", *map(str, arguments)])

    made = await publish(tmp_path / "plain", "--photos", birds.folder)
    assert (made.exit_code, made.stdout.strip()) == (0, "small@1"), made.output
    assert "int8: same first answer on" in made.stderr
    fetched = await registry.fetch(objects, RegistryRef("small", "1"), tmp_path / "cache")
    assert {path.name for path in fetched.iterdir()} == {BUNDLE_FILE, WEIGHTS_FILE, GRAPH_FILE, *INT8_FILES}
    assert read_bundle(fetched).agreement[Precision.INT8].photos == len(birds.of("test"))

    made = await publish(tmp_path / "two")
    assert (made.exit_code, made.stdout.strip()) == (0, "two@1"), made.output
    assert "without a graph, so for workers with torch alone" in made.stderr
    fetched = await registry.fetch(objects, RegistryRef("two", "1"), tmp_path / "cache")
    assert {path.name for path in fetched.iterdir()} == {BUNDLE_FILE, WEIGHTS_FILE}
