"""What a stream of forward passes on a GPU does, but for CUDA's own calls: here the CPU is the device."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from shared.vision.bundle import SecondLook
from shared.vision.loading import load
from shared.vision.precision import Precision
from tests.support.models import saved
from worker.engines import torch_engine
from worker.engines.engine import Outputs
from worker.engines.recorded_stream import RecordedStream, recorded_sizes
from worker.engines.shape import Shape
from worker.engines.torch_engine import TorchEngine

CPU = torch.device("cpu")
SIDE = 64


class HostStream:
    """A StreamDevice: as a graph does, it repeats its work on the same memory, into the same memory."""

    def __init__(self, device: torch.device = CPU) -> None:
        self.device = device
        self.recordings: list[int] = []
        self.fails_in: set[str] = set()

    def host_memory(self, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
        return torch.empty(tuple(shape), dtype=dtype)

    def turn(self) -> nullcontext[None]:
        return nullcontext()

    def recorded(self, work: Callable[[], list[torch.Tensor]]) -> Callable[[], list[torch.Tensor]]:
        found = work()
        self.recordings.append(len(found[0]))

        def replay() -> list[torch.Tensor]:
            for values, anew in zip(found, work(), strict=True):
                values.copy_(anew)
            return found

        return replay

    def wait(self) -> None:
        if "wait" in self.fails_in:
            raise RuntimeError("an illegal memory access was encountered")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved(tmp_path, second_look=SecondLook(below=0.5, side=0.5))
    return tmp_path


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> list[HostStream]:
    """Those of engines that are opened from now on, which take the CPU for a GPU."""
    made: list[HostStream] = []

    def opened(engine: TorchEngine, side: int, shape: Shape) -> list[RecordedStream]:
        own = [HostStream() for _ in range(shape.streams)]
        made.extend(own)
        return [RecordedStream(one, engine._see, side, recorded_sizes(shape)) for one in own]

    monkeypatch.setattr(torch_engine.TorchEngine, "_opened", opened)
    return made


def photos(count: int, seed: int = 7) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE, 3), np.uint8)


def engine(folder: Path, shape: Shape) -> TorchEngine:
    return TorchEngine(load(folder), CPU, Precision.FP32, shape)


def assert_alike(found: Outputs, expected: Outputs, rows: slice = slice(None)) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_allclose(one, other[rows], atol=2e-3)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        (Shape(1, 1), [1]),
        (Shape(2, 64), [1, 2, 4, 8, 16, 32, 64]),
        (Shape(2, 64, 256), [1, 2, 4, 8, 16, 32, 64, 128, 256]),
        (Shape(1, 6, 20), [1, 2, 4, 6, 8, 12, 16, 20]),
    ],
)
def test_sizes_are_those_that_batches_have(shape: Shape, sizes: list[int]) -> None:
    assert recorded_sizes(shape) == sizes


def test_padding_changes_no_answer(
    folder: Path, devices: list[HostStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = engine(folder, Shape(1, 4, 8))
    recorded.warm_up()
    assert devices[0].recordings == [8, 4, 2, 1], "the largest first"
    monkeypatch.undo()
    expected = engine(folder, Shape(1, 8)).look(photos(8))
    for count in (8, 1, 3, 5, 2, 7, 4, 6):  # what a batch leaves behind is the next one's padding
        assert_alike(recorded.look(photos(8)[:count]), expected, slice(count))
    assert devices[0].recordings == [8, 4, 2, 1], "nothing is recorded twice"


def test_a_batch_above_the_largest_is_divided(folder: Path, devices: list[HostStream]) -> None:
    recorded = engine(folder, Shape(1, 2, 4))
    assert_alike(recorded.look(photos(11)), engine(folder, Shape(1, 16)).look(photos(11)))
    assert devices[0].recordings == [4]


def test_streams_beside_each_other_keep_their_answers_and_their_order(
    folder: Path, devices: list[HostStream]
) -> None:
    recorded = engine(folder, Shape(3, 4))
    recorded.warm_up()
    assert [sorted(device.recordings) for device in devices] == [[1, 2, 4]] * 3
    batches = [photos(1 + number % 4, seed=number) for number in range(24)]
    expected = [recorded.look(batch) for batch in batches]
    with ThreadPoolExecutor(5) as threads:  # more than streams: as after a model that had more
        for found, wanted in zip(threads.map(recorded.look, batches), expected, strict=True):
            assert_alike(found, wanted)


def test_answers_stay_when_their_memory_is_used_again(folder: Path, devices: list[HostStream]) -> None:
    recorded = engine(folder, Shape(1, 4))
    first = recorded.look(photos(4))
    kept = Outputs(*(None if values is None else values.copy() for values in first))
    recorded.look(255 - photos(4))
    for one, other in zip(first, kept, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_error_in_one_batch_harms_no_other(folder: Path, devices: list[HostStream]) -> None:
    recorded = engine(folder, Shape(2, 4))
    expected = recorded.look(photos(4))
    with pytest.raises(RuntimeError):
        recorded.look(photos(4)[:, :-1])  # not of this size
    devices[1].fails_in.add("wait")
    with pytest.raises(RuntimeError, match="illegal"):
        for _ in range(2):  # one of the two streams, whichever is asked first
            recorded.look(photos(3, seed=1))
    devices[1].fails_in.clear()
    for _ in range(2 * recorded.streams):
        assert_alike(recorded.look(photos(4)), expected)


def test_too_little_memory_is_told_as_such(
    folder: Path, devices: list[HostStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(device: HostStream, work: Callable[[], list[torch.Tensor]]) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(HostStream, "recorded", full)
    with pytest.raises(MemoryError, match="CUDA"):
        engine(folder, Shape(2, 4)).warm_up()
