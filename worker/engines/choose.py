"""Which engine runs a model, on which device, how precisely and in batches of what size."""

import os
import sys
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import Bundle, WeightsFile, check_files, read_bundle
from shared.vision.extras import from_extra
from shared.vision.onnx_model import has_graph, load_onnx
from worker.engines.engine import Engine, Precision
from worker.engines.measured import quickest
from worker.engines.null_engine import NullEngine

_ACCELERATORS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, of Windows below Linux, AMD's


class EngineKind(StrEnum):
    AUTO = "auto"
    TORCH = "torch"
    OPENVINO = "openvino"
    NULL = "null"


def choose_engine(
    folder: Path,
    *,
    kind: str = EngineKind.AUTO,
    device: str = "auto",
    precision: str = "auto",
    batch_size: int | None = None,
    threads: int | None = None,
    allow_null: bool = False,
    null_photos_per_s: float = 0,
    measured: Path | None = None,
) -> Engine:
    """An engine for the bundle in `folder`, not warmed up yet.

    `kind` auto is torch on a GPU and OpenVINO on a CPU; `device` auto, cpu, cuda, cuda:N or mps; `precision`
    auto, fp32 or bf16; `threads` those that work on the CPU, one per core if None. An ONNX model, which torch
    can't run, gets OpenVINO in its place. The null engine answers nonsense, so it takes `allow_null` beside
    its name; it sleeps as long as an engine of `null_photos_per_s` computes, 0 not at all.

    Where a CPU can do bf16, `auto` measures who is quickest with the same answers, once: it keeps what it
    found in the folder `measured`, and measures nothing without one.
    Raises BirdsError (no-model) for a bundle that can't be read and for what this machine cannot do; a bad
    model may raise anything else, too, since its runtime does.
    """
    bundle = read_bundle(folder)
    match _decided(EngineKind(kind), device):
        case EngineKind.NULL:
            if not allow_null:
                raise BirdsError(Code.NO_MODEL, "The null engine answers nonsense; it is for measuring only.")
            check_files(folder, bundle)  # its weights are not read
            return NullEngine(bundle, batch_size or NullEngine.BATCH, null_photos_per_s)
        case EngineKind.TORCH if bundle.weights_file is not WeightsFile.ONNX:
            with from_extra("torch", bundle.id):
                from shared.vision.loading import load  # an ONNX model is run without torch
                from worker.engines.torch_choice import torch_engine
            return torch_engine(load(folder), device, precision, batch_size, threads)
        case EngineKind.AUTO:
            return _quickest_on_cpu(folder, bundle, precision, batch_size, threads, measured)
        case _:
            return _openvino(folder, bundle, device, precision, batch_size, threads)


def _quickest_on_cpu(
    folder: Path,
    bundle: Bundle,
    precision: str,
    batch_size: int | None,
    threads: int | None,
    measured: Path | None,
) -> Engine:
    def openvino(precision: str) -> Engine:
        return _openvino(folder, bundle, "cpu", precision, batch_size, threads)

    def torch(precision: str) -> Engine:
        return choose_engine(
            folder,
            kind=EngineKind.TORCH,
            device="cpu",
            precision=precision,
            batch_size=batch_size,
            threads=threads,
        )

    with from_extra("worker", bundle.id):
        from worker.engines.openvino_engine import computes_in_bf16
    if precision != "auto" or measured is None or not computes_in_bf16():
        return openvino(precision)
    ways = {f"openvino {one}": partial(openvino, one) for one in Precision}
    if find_spec("torch") is not None and bundle.weights_file is not WeightsFile.ONNX:
        ways["torch bf16"] = partial(torch, "bf16")
    return quickest(ways, bundle, measured)


def _openvino(
    folder: Path, bundle: Bundle, device: str, precision: str, batch_size: int | None, threads: int | None
) -> Engine:
    """In fp32 unless told otherwise."""
    if device not in ("auto", "cpu"):
        raise BirdsError(Code.NO_MODEL, f"OpenVINO runs {bundle.id} on the CPU, not on {device}.")
    with from_extra("worker", bundle.id):
        from worker.engines.openvino_engine import OpenVinoEngine
    exact = Precision.FP32 if precision == "auto" else Precision(precision)
    if has_graph(bundle):
        return OpenVinoEngine(load_onnx(folder), batch_size, threads, exact)
    with from_extra("torch", f"{bundle.id}, which has no graph,"):
        from shared.vision.loading import load
    return OpenVinoEngine(load(folder), batch_size, threads, exact)


def _decided(kind: EngineKind, device: str) -> EngineKind:
    """On a CPU OpenVINO runs small networks several times as fast as torch; see `scripts/bench --engine`."""
    is_for_torch = kind is EngineKind.AUTO and _has_accelerator(device)
    return EngineKind.TORCH if is_for_torch else kind


def _has_accelerator(device: str) -> bool:
    """Whether torch is to be asked for one: to load it takes seconds, and half a gigabyte."""
    if device != "auto":
        return device != "cpu"
    if find_spec("torch") is None:
        return False
    return sys.platform == "darwin" or any(map(os.path.exists, _ACCELERATORS))
