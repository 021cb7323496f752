"""The quickest way to run a model is found by measuring, among those that answer as fp32 does."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.vision.bundle import Bundle
from shared.vision.precision import Agreement, Precision
from tests.support.models import bundle
from tests.support.onnx_models import graph, onnx_bundle
from worker.engines import measured
from worker.engines.choose import EngineKind, choose
from worker.engines.engine import Engine, Outputs
from worker.engines.findings import kept
from worker.engines.measured import DIFFERS, Way, largest_worth_growing_to, least_of_the_quickest, quickest
from worker.engines.same import PHOTOS, agrees, textures
from worker.engines.shape import Shape, accelerator_shapes, shapes


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "SECONDS", 0.1)


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    return onnx_bundle(tmp_path / "model")


class Changed:
    """A real engine, slower or with other answers."""

    def __init__(self, folder: Path, name: str, shape: Shape, slower_s: float = 0, moved: float = 0) -> None:
        self._engine = choose(folder, kind=EngineKind.OPENVINO).engine
        self.description = name
        self.batch_size, self.largest_batch, self.streams = (
            shape.batch_size,
            shape.largest_batch,
            shape.streams,
        )
        self.embeds = self._engine.embeds
        self._slower_s, self._moved = slower_s, moved
        self.closed = False

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        time.sleep(self._slower_s)  # a slow engine: this is what is measured
        found = self._engine.look(batch)
        found.logits[:, 0] += self._moved
        return found

    def warm_up(self) -> None:
        self._engine.warm_up()

    def close(self) -> None:
        self.closed = True


ONE = [Shape(1, 4)]


def way(
    folder: Path, name: str, slower_s: float = 0, moved: float = 0, precision: Precision = Precision.BF16
) -> Way:
    return Way(precision, lambda shape: Changed(folder / "model", name, shape, slower_s, moved))


def chosen(ways: dict[str, Way], bundle: Bundle, tmp_path: Path, shapes: Sequence[Shape] = ONE) -> str:
    engine, findings = quickest(ways, bundle, tmp_path / "kept", shapes)
    assert engine.description == findings.way
    return findings.way


def test_the_quickest_that_agrees_is_taken_and_remembered(small: Bundle, tmp_path: Path) -> None:
    opened = []

    def wrong(shape: Shape) -> Engine:
        opened.append("wrong")
        return Changed(tmp_path / "model", "wrong", shape, moved=3)

    ways = {
        "slow": way(tmp_path, "slow", slower_s=0.05),
        "wrong": Way(Precision.BF16, wrong),
        "quick": way(tmp_path, "quick", slower_s=0.01),
    }
    assert chosen(ways, small, tmp_path) == "quick"
    [path] = (tmp_path / "kept").glob("*.json")
    findings = kept(path)
    assert findings is not None
    assert findings.photos_per_s.keys() == {"slow", "quick"}
    assert findings.left_out == {"wrong, 1 at a time": DIFFERS}
    assert chosen(ways, small, tmp_path) == "quick"
    assert opened == ["wrong"], "the second time nothing is measured"


def test_workers_that_start_together_measure_one_after_the_other_and_only_once(
    small: Bundle, tmp_path: Path
) -> None:
    opened = []

    def counted(shape: Shape) -> Engine:
        opened.append(shape)
        return Changed(tmp_path / "model", "counted", shape)

    ways = {"first": way(tmp_path, "first", slower_s=0.05), "counted": Way(Precision.BF16, counted)}
    with ThreadPoolExecutor(3) as workers:
        taken = list(workers.map(lambda _: chosen(ways, small, tmp_path), range(3)))
    assert taken == ["counted"] * 3
    assert len(opened) == 2 + 3, "tried and timed once, and then run by each"


def test_a_way_that_is_slower_on_photos_than_on_drawn_ones_is_timed_as_on_photos(
    small: Bundle, tmp_path: Path
) -> None:
    quick = way(tmp_path, "quick")
    ways = {
        "reference": way(tmp_path, "reference", slower_s=0.02),
        "seemingly quick": Way(Precision.BF16, quick.open, way(tmp_path, "slow", slower_s=0.05).open),
    }
    assert chosen(ways, small, tmp_path) == "reference"


def told(share: float) -> Agreement:
    return Agreement(photos=2100, data="birds/test", same_first=share, same_bird=1, bird_gap=0.01)


def test_what_real_photos_said_counts_for_more_than_textures(small: Bundle, tmp_path: Path) -> None:
    ways = {
        "reference": way(tmp_path, "reference", slower_s=0.05, precision=Precision.FP32),
        "quick": way(tmp_path, "quick", moved=0.2),
    }
    assert chosen(ways, small, tmp_path) == "reference"
    agreeing = small.model_copy(update={"agreement": {Precision.BF16: told(0.996)}})
    assert chosen(ways, agreeing, tmp_path) == "quick"
    other = small.model_copy(update={"agreement": {Precision.BF16: told(0.994)}})
    engine, findings = quickest(ways, other, tmp_path / "kept", ONE)
    assert engine.description == "reference"
    assert "99.4% of 2,100 photos of birds/test" in findings.left_out["quick"]


def test_a_way_that_is_broken_here_is_left_out_whatever_was_measured_elsewhere(
    small: Bundle, tmp_path: Path
) -> None:
    agreeing = small.model_copy(update={"agreement": {Precision.BF16: told(1)}})
    ways = {
        "reference": way(tmp_path, "reference", slower_s=0.05, precision=Precision.FP32),
        "broken": way(tmp_path, "broken", moved=30),
        "not finite": way(tmp_path, "not finite", moved=np.nan),
    }
    assert chosen(ways, agreeing, tmp_path) == "reference"


def test_several_passes_at_a_time_that_answer_otherwise_than_one_are_left_out(
    small: Bundle, tmp_path: Path
) -> None:
    def opened(shape: Shape) -> Engine:  # as OpenVINO 2026.4 does with some models
        return Changed(tmp_path / "model", "only", shape, moved=3 * (shape.streams - 1))

    ways = {"only": Way(Precision.FP32, opened)}
    engine, findings = quickest(ways, small, tmp_path / "kept", shapes(2, None))
    assert engine.streams == 1
    assert findings.left_out == {"only, 2 at a time": DIFFERS}
    engine, findings = quickest(ways, small, tmp_path / "kept", [Shape(2, 4)])
    assert (engine.streams, engine.batch_size) == (1, 4), "whatever the worker is built for"


def test_it_is_measured_anew_for_another_model_and_where_the_note_is_damaged(
    small: Bundle, tmp_path: Path
) -> None:
    ways = {"slow": way(tmp_path, "slow", slower_s=0.05), "quick": way(tmp_path, "quick")}
    chosen(ways, small, tmp_path)
    chosen(ways, small.model_copy(update={"weights_sha256": "1" * 64}), tmp_path)
    assert len(list((tmp_path / "kept").glob("*.json"))) == 2
    for path in (tmp_path / "kept").glob("*.json"):
        path.write_text('{"way": "slow machine"}')
    assert chosen(ways, small, tmp_path) == "quick"


def test_a_way_that_can_not_be_opened_is_left_out(small: Bundle, tmp_path: Path) -> None:
    def broken(shape: Shape) -> Engine:
        raise RuntimeError("no such instruction")

    ways = {"slow": way(tmp_path, "slow", slower_s=0.05), "broken": Way(Precision.BF16, broken)}
    assert chosen(ways, small, tmp_path) == "slow"


def test_the_reference_has_to_open(small: Bundle, tmp_path: Path) -> None:
    def broken(shape: Shape) -> Engine:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        chosen({"broken": Way(Precision.FP32, broken), "quick": way(tmp_path, "quick")}, small, tmp_path)


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [
        ((50, 60, 70, 90, 100, 103), Shape(2, 8)),  # 3 % more is not worth holding twice as many photos
        ((50, 60, 70, 90, 100, 106), Shape(2, 16)),
        ((100, 90, 80, 70, 60, 50), Shape(1, 4)),
        ((100, 104, 108, 50, 50, 50), Shape(1, 16)),  # than the one taken, not than the one before
    ],
)
def test_the_shape_is_the_least_of_the_quickest(speeds: Sequence[float], expected: Shape) -> None:
    assert least_of_the_quickest(dict(zip(shapes(2, None), speeds, strict=True))) == expected


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [((100, 103, 104), 16), ((100, 103, 101), 8), ((100, 101, 101), 4), ((100, 90, 80), 4)],
)
def test_batches_grow_to_what_is_quicker(speeds: Sequence[float], expected: int) -> None:
    by_shape = dict(zip(shapes(2, None), (*speeds, 150, 150, 150), strict=True))
    assert largest_worth_growing_to(by_shape, Shape(1, 4)) == expected


def test_an_engine_grows_as_was_measured_or_as_the_worker_is_built(small: Bundle, tmp_path: Path) -> None:
    def opened(shape: Shape) -> Engine:  # a pass costs as much as 200 photos
        return Changed(tmp_path / "model", "only", shape, slower_s=0.02)

    engine, _ = quickest({"only": Way(Precision.FP32, opened)}, small, tmp_path / "kept", shapes(1, None))
    assert (engine.batch_size, engine.largest_batch) == (16, 16)
    engine, _ = quickest({"only": Way(Precision.FP32, opened)}, small, tmp_path / "kept", [Shape(1, 4, 8)])
    assert (engine.batch_size, engine.largest_batch) == (4, 8)


class Full(Changed):
    """There is memory for 8 photos."""

    def warm_up(self) -> None:
        if self.batch_size > 8:
            raise MemoryError("no room for 16 photos")


def test_sizes_that_do_not_fit_are_no_reason_to_leave_a_way_out(small: Bundle, tmp_path: Path) -> None:
    opened: list[Full] = []

    def full(shape: Shape) -> Engine:
        opened.append(Full(tmp_path / "model", "full", shape))
        return opened[-1]

    way = Way(Precision.FP32, full)
    _, findings = quickest({"full": way}, small, tmp_path / "kept", shapes(1, None))
    assert set(findings.by_shape) == {"1 x 4", "1 x 8"}
    assert findings.left_out == {}
    assert all(engine.closed for engine in opened[:-1]), "none keeps its memory"
    with pytest.raises(MemoryError):
        quickest({"full": way}, small, tmp_path / "kept", shapes(1, 16))


def test_a_batch_size_that_is_set_is_kept() -> None:
    assert shapes(8, 5) == [Shape(1, 5), Shape(8, 5)]
    assert shapes(1, 5) == [Shape(1, 5)]
    assert shapes(8, 5, 3) == [Shape(3, 5)]
    assert {one.streams for one in accelerator_shapes(None, 2)} == {2}


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
    assert photos.shape == (PHOTOS, 48, 48, 3)
    assert (photos.min(), photos.max()) == (0, 255)
    neighbours = np.abs(np.diff(photos.astype(int), axis=2)).mean()
    assert neighbours < photos.std() * 0.6, "they have a coarse structure, as photos have"


def test_bf16_is_what_auto_tries_where_the_processor_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onnx_bundle(tmp_path / "model", graph())
    monkeypatch.setattr("shared.vision.openvino_graph.computes_in_bf16", lambda: True)
    found = choose(tmp_path / "model", measured=tmp_path / "kept", threads=2)
    assert found.findings is not None
    assert "openvino fp32" in found.findings.photos_per_s
    assert "torch" not in str(found.findings), "it can't run an ONNX model"
    assert found.engine.description.startswith("openvino cpu ")
    assert set(found.findings.by_shape) == {"1 x 4", "1 x 8", "1 x 16", "2 x 4", "2 x 8", "2 x 16"}
    again = choose(tmp_path / "model", Shape(2, 3), measured=tmp_path / "kept", threads=2)
    assert (again.engine.streams, again.engine.batch_size) == (2, 3), "the worker is built for that"
