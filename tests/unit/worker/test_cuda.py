"""What only a machine with a GPU can tell; all else of that engine is in test_recorded_stream.py."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import structlog
import torch
from numpy.typing import NDArray

from shared.vision.bundle import SecondLook, read_bundle
from tests.support.models import saved
from worker.engines.choose import EngineKind, choose
from worker.engines.engine import Engine, Outputs
from worker.engines.recorded_stream import recorded_sizes
from worker.engines.same import resembles, textures
from worker.engines.shape import Shape
from worker.selftest.command import EXIT_FINE, selftest

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no CUDA here")

SHAPE = Shape(2, 8, 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved(tmp_path, second_look=SecondLook(below=0.5, side=0.5))
    return tmp_path


def on_cuda(folder: Path, precision: str = "fp32") -> Engine:
    engine = choose(folder, SHAPE, kind=EngineKind.TORCH, device="cuda", precision=precision).engine
    engine.warm_up()
    return engine


def of_cpu(folder: Path, photos: NDArray[np.uint8]) -> Outputs:
    return choose(folder, kind=EngineKind.TORCH, device="cpu", precision="fp32").engine.look(photos)


def test_every_size_is_recorded_as_a_graph_and_answers_as_the_cpu_does(folder: Path) -> None:
    with structlog.testing.capture_logs() as told:
        engine = on_cuda(folder)
    assert told == [], "nothing is begun anew each time"
    photos = textures(read_bundle(folder).input.size, SHAPE.largest_batch + 3)
    expected = of_cpu(folder, photos)
    for count in (*recorded_sizes(SHAPE), 5, 31, len(photos)):
        for one, other in zip(engine.look(photos[:count]), expected, strict=True):
            assert one is not None
            assert other is not None
            np.testing.assert_allclose(one, other[:count], atol=5e-3)
    engine.close()


def test_bf16_resembles_fp32(folder: Path) -> None:
    photos = textures(read_bundle(folder).input.size)
    assert resembles(of_cpu(folder, photos).logits, on_cuda(folder, "bf16").look(photos).logits)


def test_several_batches_in_flight_keep_their_answers(folder: Path) -> None:
    engine, photos = on_cuda(folder), textures(read_bundle(folder).input.size, 8)
    batches = [np.roll(photos, number, axis=0)[: 1 + number % 8] for number in range(64)]
    expected = of_cpu(folder, photos).logits
    with ThreadPoolExecutor(engine.streams) as threads:
        for number, found in enumerate(threads.map(engine.look, batches)):
            wanted = np.roll(expected, number, axis=0)[: len(found.logits)]
            np.testing.assert_allclose(found.logits, wanted, atol=5e-3)


def test_another_model_is_recorded_while_one_answers(folder: Path, tmp_path: Path) -> None:
    saved(tmp_path / "next")
    engine, photos = on_cuda(folder), textures(read_bundle(folder).input.size, 8)
    expected = engine.look(photos).logits
    with ThreadPoolExecutor(1) as threads:
        recording = threads.submit(on_cuda, tmp_path / "next")
        while not recording.done():
            np.testing.assert_array_equal(engine.look(photos).logits, expected)
    recording.result().close()
    np.testing.assert_array_equal(engine.look(photos).logits, expected)


def test_closing_gives_the_memory_back(folder: Path) -> None:
    on_cuda(folder).close()  # CUDA's libraries keep some from the first time on
    before = torch.cuda.memory_reserved()
    on_cuda(folder).close()
    assert torch.cuda.memory_reserved() <= before


def test_the_shape_is_measured_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    first = choose(folder, device="cuda", measured=tmp_path / "kept")
    assert first.findings is not None
    assert torch.cuda.get_device_name() in first.findings.processor
    assert {"1 x 16", "3 x 256"} <= set(first.findings.by_shape)
    monkeypatch.setattr("worker.engines.measured.photos_per_s", None)
    assert choose(folder, device="cuda", measured=tmp_path / "kept").findings == first.findings


def test_selftest_tells_what_to_set(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    arguments = ["--device", "cuda", "--model", f"folder:{folder}", "--cache", str(tmp_path / "cache")]
    assert selftest(arguments) == EXIT_FINE
    told = capsys.readouterr().out
    for words in ("torch cuda", "the same", "batches of 1 ", "3 x 256", "a worker takes", "JPEGs of 12 MP"):
        assert words in told
