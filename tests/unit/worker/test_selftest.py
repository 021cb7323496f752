"""`birds-worker selftest`: what a worker would do on this machine, without any server."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from shared.vision.precision import Precision
from tests.support.models import INPUT
from tests.support.onnx_models import onnx_bundle
from worker.engines.engine import Outputs
from worker.engines.openvino_engine import OpenVinoEngine
from worker.selftest import command, decoding
from worker.selftest.advice import advise
from worker.selftest.command import EXIT_COULD_NOT_RUN, EXIT_DISPARITY, EXIT_FINE, selftest
from worker.selftest.decoding import decoded_per_s, made_jpegs


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    monkeypatch.setattr(decoding, "SECONDS", 0.1)


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    onnx_bundle(tmp_path / "model")
    small = {"224 px": made_jpegs()["224 px"]}
    monkeypatch.setattr(command, "made_jpegs", lambda: small)
    return ["--device", "cpu", "--model", f"folder:{tmp_path / 'model'}", "--cache", str(tmp_path / "cache")]


def test_it_tells_parity_speed_limit_and_what_to_set(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert selftest(arguments) == EXIT_FINE
    told = capsys.readouterr().out
    for words in (
        "small@1",
        "openvino cpu",
        "the same",
        "batches of 1 ",
        "  1 x 16 ",
        "by itself",
        "JPEGs of 224 px",
    ):
        assert words in told
    assert "most of it decode" in told, "nothing is computed"
    assert "BIRDS_DECODE_PROCESSES=" in told


def test_it_ends_with_1_where_the_engine_answers_otherwise(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = OpenVinoEngine.look

    def broken(engine: OpenVinoEngine, batch: NDArray[np.uint8]) -> Outputs:
        found = plain(engine, batch)
        is_other = Precision.BF16 in engine.description
        return found._replace(logits=found.logits[:, ::-1]) if is_other else found

    monkeypatch.setattr(OpenVinoEngine, "look", broken)
    assert selftest([*arguments, "--precision", "bf16"]) == EXIT_DISPARITY
    assert "NOT THE SAME" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(("--model", "student@3"), "there is no registry here"), (("--device", "cuda"), "no CUDA")],
)
def test_what_can_not_be_run_is_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], said: str
) -> None:
    if wrong[0] == "--device":
        if torch.cuda.is_available():
            pytest.skip("this machine has CUDA")
        arguments += ["--model", "starter"]
    assert selftest([*arguments, *wrong]) == EXIT_COULD_NOT_RUN
    assert said in capsys.readouterr().out


def test_other_words_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "worker", "selftests"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "usage: birds-worker [selftest [--help]]\n")


async def test_the_jpegs_are_what_they_are_called() -> None:
    jpegs = made_jpegs()
    assert len(jpegs["224 px"]) < 40_000
    assert 3e6 < len(jpegs["12 MP"]) < 5e6
    speeds = await decoded_per_s(jpegs, INPUT.preprocessing)
    assert speeds["224 px"] > speeds["12 MP"] > 0


@pytest.mark.parametrize(
    ("engine", "decode", "cores", "shares_cores", "expected"),
    [
        (100, 1000, 2, True, (2 / (0.02 + 0.001), "engine", 1)),  # small photos: the model is the work
        (350, 15, 2, True, (2 / (2 / 350 + 1 / 15), "decode", 2)),  # large ones: reading them is
        (5000, 600, 16, False, (5000, "engine", 9)),  # a GPU is fed by some cores
        (5000, 15, 16, False, (240, "decode", 16)),  # or by all, and waits
    ],
)
def test_the_limit_and_what_to_set_follow_from_both_alone(
    engine: float, decode: float, cores: int, shares_cores: bool, expected: tuple[float, str, int]
) -> None:
    found = advise(engine, decode, cores, shares_cores=shares_cores)
    assert found.photos_per_s == pytest.approx(expected[0])
    assert (found.limit, found.processes) == expected[1:]
