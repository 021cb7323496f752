"""The quickest way to run a model is found by measuring, among those that answer as fp32 does."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.vision.bundle import Bundle
from tests.support.models import bundle
from tests.support.onnx_models import graph, onnx_bundle
from worker.engines import measured
from worker.engines.choose import EngineKind, choose_engine
from worker.engines.engine import Engine
from worker.engines.measured import Way, agrees, quickest, textures


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "SECONDS", 0.1)


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    return onnx_bundle(tmp_path / "model")


class Changed:
    """A real engine, slower or with other answers."""

    def __init__(self, folder: Path, name: str, slower_s: float = 0, moved: float = 0) -> None:
        self._engine = choose_engine(folder, kind=EngineKind.OPENVINO)
        self.description = name
        self.batch_size, self.streams = self._engine.batch_size, self._engine.streams
        self._slower_s, self._moved = slower_s, moved
        self.closed = False

    def predict(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        time.sleep(self._slower_s)  # a slow engine: this is what is measured
        logits = self._engine.predict(batch)
        logits[:, 0] += self._moved
        return logits

    def look(self, batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], None]:
        return self.predict(batch), None

    def warm_up(self) -> None:
        self._engine.warm_up()

    def close(self) -> None:
        self.closed = True


def way(folder: Path, name: str, slower_s: float = 0, moved: float = 0) -> Way:
    return lambda: Changed(folder / "model", name, slower_s, moved)


def test_the_quickest_that_agrees_is_taken_and_remembered(small: Bundle, tmp_path: Path) -> None:
    opened = []

    def wrong() -> Engine:
        opened.append("wrong")
        return Changed(tmp_path / "model", "wrong", moved=3)

    ways = {
        "slow": way(tmp_path, "slow", slower_s=0.05),
        "wrong": wrong,
        "quick": way(tmp_path, "quick", slower_s=0.01),
    }
    assert quickest(ways, small, tmp_path / "kept").description == "quick"
    [kept] = (tmp_path / "kept").iterdir()
    assert json.loads(kept.read_text())["photos_per_s"].keys() == {"slow", "quick"}
    assert quickest(ways, small, tmp_path / "kept").description == "quick"
    assert opened == ["wrong"], "the second time nothing is measured"


def test_it_is_measured_anew_for_another_model_and_where_the_note_is_damaged(
    small: Bundle, tmp_path: Path
) -> None:
    ways = {"slow": way(tmp_path, "slow", slower_s=0.05), "quick": way(tmp_path, "quick")}
    quickest(ways, small, tmp_path / "kept")
    quickest(ways, small.model_copy(update={"weights_sha256": "1" * 64}), tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 2
    for kept in (tmp_path / "kept").iterdir():
        kept.write_text('{"quickest": "slow machine"}')
    assert quickest(ways, small, tmp_path / "kept").description == "quick"


def test_a_way_that_can_not_be_opened_is_left_out(small: Bundle, tmp_path: Path) -> None:
    def broken() -> Engine:
        raise RuntimeError("no such instruction")

    ways = {"slow": way(tmp_path, "slow", slower_s=0.05), "broken": broken}
    assert quickest(ways, small, tmp_path / "kept").description == "slow"


def test_the_reference_has_to_open(small: Bundle, tmp_path: Path) -> None:
    def broken() -> Engine:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        quickest({"broken": broken, "quick": way(tmp_path, "quick")}, small, tmp_path / "kept")


def test_one_way_needs_no_measuring(small: Bundle, tmp_path: Path) -> None:
    assert quickest({"slow": way(tmp_path, "slow")}, small, tmp_path / "kept").description == "slow"
    assert not (tmp_path / "kept").exists()


def test_answers_agree_to_a_fiftieth_of_a_probability() -> None:
    told = bundle()
    logits = np.random.default_rng(0).normal(0, 3, (400, 3)).astype(np.float32)
    assert agrees(told, logits, logits + np.float32(5))  # a softmax does not see it
    assert agrees(told, logits, logits * np.float32(1.005))
    assert not agrees(told, logits, logits[:, ::-1])
    moved = logits.copy()
    moved[0, 2] += 1  # one photo, less of a bird
    assert not agrees(told, logits, moved)
    not_finite = logits.copy()
    not_finite[0, 0] = np.nan
    assert not agrees(told, logits, not_finite)


def test_textures_use_the_range_of_photos() -> None:
    photos = textures(48)
    assert photos.shape == (measured.PHOTOS, 48, 48, 3)
    assert (photos.min(), photos.max()) == (0, 255)
    neighbours = np.abs(np.diff(photos.astype(int), axis=2)).mean()
    assert neighbours < photos.std() * 0.6, "they have a coarse structure, as photos have"


def test_bf16_is_what_auto_tries_where_the_processor_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onnx_bundle(tmp_path / "model", graph())
    monkeypatch.setattr("worker.engines.openvino_engine.computes_in_bf16", lambda: True)
    engine = choose_engine(tmp_path / "model", measured=tmp_path / "kept")
    [kept] = (tmp_path / "kept").iterdir()
    speeds = json.loads(kept.read_text())["photos_per_s"]
    assert "openvino fp32" in speeds
    assert set(speeds) <= {"openvino fp32", "openvino bf16"}, "torch can't run an ONNX model"
    assert engine.description.startswith("openvino cpu ")
