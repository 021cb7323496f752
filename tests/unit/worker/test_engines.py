import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import SecondLook, read_bundle
from shared.vision.embedding import embeddings
from shared.vision.loading import LoadedModel, load
from shared.vision.looking import Looking
from tests.support.models import INPUT, saved
from worker.engines import measured, torch_choice
from worker.engines.choose import EngineKind, choose
from worker.engines.engine import Engine
from worker.engines.measured import quickest
from worker.engines.shape import Shape
from worker.engines.torch_choice import CPU_BATCH, ways_of_torch


@pytest.fixture
def small(tmp_path: Path) -> Path:
    saved(tmp_path)
    return tmp_path


def photos(count: int, side: int = 64) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (count, side, side, 3), np.uint8)


def plainly(model: LoadedModel, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As a textbook does it: contiguous, fp32, one photo at a time."""
    spec = model.bundle.input
    planes = torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous().float() / 255
    planes = (planes - torch.tensor(spec.mean).view(3, 1, 1)) / torch.tensor(spec.std).view(3, 1, 1)
    with torch.inference_mode():
        found: NDArray[np.float32] = torch.cat([model.module(one[None]) for one in planes]).numpy()
    return found


@pytest.mark.parametrize("kind", [EngineKind.TORCH, EngineKind.OPENVINO])
@pytest.mark.filterwarnings("ignore")  # OpenVINO's converter still traces, which torch calls deprecated
def test_engines_agree_with_the_textbook(small: Path, kind: EngineKind) -> None:
    expected = plainly(load(small), photos(5))
    engine = choose(small, kind=kind, precision="fp32", device="cpu", batch_size=5).engine
    engine.warm_up()
    for size in (5, 1, 3):
        found = engine.look(photos(5)[:size]).logits
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected[:size], atol=2e-4)
    engine.close()


@pytest.mark.parametrize("kind", [EngineKind.TORCH, EngineKind.OPENVINO])
@pytest.mark.filterwarnings("ignore")  # as above
def test_engines_see_the_places_that_torch_sees(tmp_path: Path, kind: EngineKind) -> None:
    saved(tmp_path, second_look=SecondLook(below=0.5, side=0.5))
    engine = choose(tmp_path, kind=kind, precision="fp32", device="cpu", batch_size=5).engine
    places = engine.look(photos(3)).places
    planes = torch.from_numpy(photos(3)).permute(0, 3, 1, 2).float() / 255
    model = load(tmp_path)
    spec = model.bundle.input
    planes = (planes - torch.tensor(spec.mean).view(3, 1, 1)) / torch.tensor(spec.std).view(3, 1, 1)
    with torch.inference_mode():
        _, expected = Looking(model.module)(planes)
    assert places is not None
    np.testing.assert_allclose(places, expected.numpy(), atol=2e-4)


def test_answers_do_not_change_after_the_next_batch(small: Path) -> None:
    engine = choose(small, kind=EngineKind.TORCH, device="cpu").engine
    first = engine.look(photos(2)).logits
    copy = first.copy()
    engine.look(255 - photos(2))
    np.testing.assert_array_equal(first, copy)


def test_bf16_stays_close(small: Path) -> None:
    engine = choose(small, kind=EngineKind.TORCH, precision="bf16", device="cpu").engine
    np.testing.assert_allclose(engine.look(photos(2)).logits, plainly(load(small), photos(2)), atol=0.05)


def test_a_cpu_without_bf16_instructions_runs_in_fp32(small: Path) -> None:
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    assert (
        choose(small, kind=EngineKind.TORCH, device="cpu").engine.description
        == f"torch cpu {'bf16' if fast else 'fp32'}"
    )


@pytest.mark.parametrize(
    ("architecture", "precision"), [("test_convnext", "bf16"), ("test_efficientnet", "fp32")]
)
def test_batch_normalisation_keeps_fp32_where_bf16_would_be_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str, precision: str
) -> None:
    monkeypatch.setattr(torch_choice, "_has_fast_bf16", lambda device: True)
    saved(tmp_path, architecture=architecture)
    assert (
        choose(tmp_path, kind=EngineKind.TORCH, device="cpu").engine.description == f"torch cpu {precision}"
    )


def test_a_cpu_runs_a_forward_pass_for_each_thread(small: Path) -> None:
    engine = choose(small, kind=EngineKind.TORCH, device="cpu", threads=3).engine
    assert (engine.batch_size, engine.streams) == (CPU_BATCH, 3)
    batches = [photos(2), 255 - photos(2), photos(2)]
    expected = [engine.look(batch).logits for batch in batches]
    with ThreadPoolExecutor(engine.streams) as threads:
        assert list(threads.map(lambda _: torch.get_num_threads(), batches)) == [1, 1, 1]
        for found, wanted in zip(threads.map(engine.look, batches), expected, strict=True):
            np.testing.assert_array_equal(found.logits, wanted)


def test_the_null_engine_is_not_chosen_by_accident(small: Path) -> None:
    with pytest.raises(BirdsError, match="measuring"):
        choose(small, kind="null")
    engine: Engine = choose(small, kind="null", allow_null=True).engine
    answers = Answerer(read_bundle(small))(engine.look(photos(3)).logits, 1)
    assert [one.predictions[0]["species"] for one in answers if isinstance(one, PhotoAnswer)] == [
        "Blue Jay"
    ] * 3


def test_the_null_engine_sleeps_as_long_as_one_of_that_speed_computes(small: Path) -> None:
    engine = choose(small, kind="null", allow_null=True, null_photos_per_s=100).engine
    began = time.perf_counter()
    engine.look(photos(3))
    assert time.perf_counter() - began >= 0.03


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_missing_device_is_named(small: Path, device: str) -> None:
    available = torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()
    if available:
        pytest.skip(f"this machine has {device}")
    with pytest.raises(BirdsError, match=device.upper()) as caught:
        choose(small, kind=EngineKind.TORCH, device=device)
    assert caught.value.code is Code.NO_MODEL


@pytest.mark.parametrize("architecture", ["test_convnext", "test_efficientnet", "test_vit"])
@pytest.mark.filterwarnings("ignore")  # as above
def test_engines_embed_alike_by_the_layer_below_the_head(tmp_path: Path, architecture: str) -> None:
    saved(tmp_path, architecture=architecture, input=INPUT.model_copy(update={"size": 160}))
    model, batch = load(tmp_path), photos(3, 160)
    spec = model.bundle.input
    planes = torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255
    planes = (planes - torch.tensor(spec.mean).view(3, 1, 1)) / torch.tensor(spec.std).view(3, 1, 1)
    with torch.inference_mode():
        below = model.module.forward_head(model.module.forward_features(planes), pre_logits=True)
    for kind in (EngineKind.TORCH, EngineKind.OPENVINO):
        engine = choose(tmp_path, kind=kind, precision="fp32", device="cpu", batch_size=3).engine
        found = engine.look(batch).embeddings
        assert engine.embeds
        assert found is not None
        np.testing.assert_allclose(found, embeddings(below.numpy()), atol=2e-3)
        engine.close()


@pytest.mark.parametrize(
    ("architecture", "ways"),
    [("test_convnext", ["torch cpu fp32", "torch cpu bf16"]), ("test_efficientnet", ["torch cpu fp32"])],
)
def test_torch_on_one_device_is_measured_beside_its_own_fp32(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str, ways: list[str]
) -> None:
    """What a GPU's way through `choose` does, on the CPU."""
    monkeypatch.setattr(torch_choice, "_has_fast_bf16", lambda device: True)
    monkeypatch.setattr(measured, "SECONDS", 0.02)
    bundle = saved(tmp_path, architecture=architecture)
    found = ways_of_torch(lambda: load(tmp_path), torch.device("cpu"), "auto")
    assert list(found) == ways
    tried = [Shape(1, 2), Shape(1, 4), Shape(2, 2)]
    engine, findings = quickest(found, bundle, tmp_path / "kept", tried, "Some GPU, torch 2")
    assert findings.processor == "Some GPU, torch 2"
    assert engine.description == findings.way
    quickest(found, bundle, tmp_path / "kept", tried, "Another GPU, torch 2")
    assert len(list((tmp_path / "kept").glob("*.json"))) == 2, "a GPU is measured for itself"


@pytest.mark.filterwarnings("ignore")  # as above
def test_a_batch_size_or_streams_that_are_set_are_taken(small: Path) -> None:
    for kind, size, streams in ((EngineKind.TORCH, CPU_BATCH, 3), (EngineKind.OPENVINO, 8, 1)):
        engine = choose(small, kind=kind, device="cpu", batch_size=5).engine
        assert engine.batch_size == engine.largest_batch == 5
        engine = choose(small, kind=kind, device="cpu", streams=2, threads=3).engine
        assert (engine.batch_size, engine.streams) == (size, 2)
        assert choose(small, kind=kind, device="cpu", threads=3).engine.streams == streams
