"""Which engine runs a model, on which device, how precisely and in batches of what size."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import Bundle, WeightsFile, check_files, read_bundle
from shared.vision.extras import from_extra
from shared.vision.precision import Precision
from shared.vision.stored_graph import has_graph, load_graph
from worker.engines.checked_engine import CheckedEngine, Rows, by_chance, where_in_doubt
from worker.engines.engine import Engine
from worker.engines.findings import EngineFindings
from worker.engines.measured import PLAIN, Way, quickest
from worker.engines.null_engine import NullEngine
from worker.engines.shape import Shape, ShapeSettings

_ACCELERATORS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, of Windows below Linux, AMD's


class EngineKind(StrEnum):
    AUTO = "auto"
    TORCH = "torch"
    OPENVINO = "openvino"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Chosen:
    engine: Engine
    findings: EngineFindings | None
    """Why; None where there was nothing to choose from, or no leave to measure."""


def choose(
    folder: Path,
    shape: Shape | None = None,
    *,
    kind: str = EngineKind.AUTO,
    device: str = "auto",
    precision: str = "auto",
    batch_size: int | None = None,
    streams: int | None = None,
    threads: int | None = None,
    allow_null: bool = False,
    null_photos_per_s: float = 0,
    measured: Path | None = None,
) -> Chosen:
    """An engine for the bundle in `folder`; it may not be warmed up yet.

    `kind` auto is torch on a GPU and OpenVINO on a CPU; `device` auto, cpu, cuda, cuda:N or mps; `precision`
    auto, fp32, bf16, int8 or checked; `threads` those that work on the CPU, one per core if None; `shape` the
    only one to be had, else one with this `batch_size` and so many `streams`, where they are told. An ONNX
    model, which torch can't run, gets OpenVINO in its place. The null engine answers nonsense, so it takes
    `allow_null` beside its name; it sleeps as long as one of `null_photos_per_s` computes, 0 not at all.

    `auto`, and torch on a GPU, measure who is quickest with the same answers, once, and how many photos at a
    time are best. What was found is kept in the folder `measured`; without one nothing is measured.
    Raises BirdsError (no-model) for a bundle that can't be read and for what this machine cannot do; a bad
    model may raise anything else, too, since its runtime does.
    """
    bundle = read_bundle(folder)
    said = ShapeSettings(shape, batch_size, streams, threads)
    match _decided(EngineKind(kind), device):
        case EngineKind.NULL:
            if not allow_null:
                raise BirdsError(Code.NO_MODEL, "The null engine answers nonsense; it is for measuring only.")
            check_files(folder, bundle)  # its weights are not read
            size = batch_size if shape is None else shape.batch_size
            return Chosen(NullEngine(bundle, size, null_photos_per_s), None)
        case EngineKind.TORCH if bundle.weights_file is not WeightsFile.ONNX:
            return _torch(folder, bundle, device, precision, said, measured)
        case EngineKind.AUTO if measured is not None:
            ways = ways_on_cpu(folder, bundle, precision, threads)
            return Chosen(*quickest(ways, bundle, measured, said.on_cpu()))
        case _:
            one = said.unmeasured(PLAIN)
            return Chosen(_openvino(folder, bundle, device, precision, one, threads), None)


def ways_on_cpu(
    folder: Path, bundle: Bundle, precision: str = "auto", threads: int | None = None
) -> dict[str, Way]:
    """Those that this machine has for it on its CPU, the reference first."""

    def openvino(exact: Precision) -> Way:
        def opened(shape: Shape) -> Engine:
            return _openvino(folder, bundle, "cpu", exact, shape, threads)

        return Way(exact, opened)

    def torch(shape: Shape) -> Engine:
        with from_extra("torch", bundle.id):
            from shared.vision.loading import load
            from worker.engines.torch_choice import torch_engine
        return torch_engine(load(folder), "cpu", Precision.BF16, ShapeSettings(shape))

    with from_extra("worker", bundle.id):
        from shared.vision.openvino_graph import computes_in_bf16

    def checked() -> Way:
        def opened(again: Rows) -> Callable[[Shape], Engine]:
            return lambda shape: _checked(folder, bundle, shape, threads, again)

        told = bundle.agreement.get(Precision.CHECKED)
        on_photos = opened(where_in_doubt(bundle))
        return Way(Precision.CHECKED, on_photos, on_photos if told is None else opened(by_chance(told.again)))

    if precision != "auto":
        only = checked() if precision == Precision.CHECKED else openvino(Precision(precision))
        return {f"openvino {precision}": only}
    ways = {"openvino fp32": openvino(Precision.FP32)}
    if computes_in_bf16():
        ways["openvino bf16"] = openvino(Precision.BF16)
        if Precision.CHECKED in bundle.agreement:
            ways["openvino checked"] = checked()
        if find_spec("torch") is not None and bundle.weights_file is not WeightsFile.ONNX:
            ways["torch bf16"] = Way(Precision.BF16, torch)
    if has_graph(bundle, Precision.INT8) or Precision.INT8 in bundle.agreement:
        ways["openvino int8"] = openvino(Precision.INT8)
    return ways


def _torch(
    folder: Path, bundle: Bundle, device: str, precision: str, said: ShapeSettings, measured: Path | None
) -> Chosen:
    with from_extra("torch", bundle.id):
        from shared.vision.loading import load  # an ONNX model is run without torch
        from worker.engines.torch_choice import name_of, torch_device, torch_engine, ways_of_torch
    chosen = torch_device(device)
    if chosen.type == "cpu" or measured is None:
        return Chosen(torch_engine(load(folder), device, precision, said), None)
    ways = ways_of_torch(lambda: load(folder), chosen, precision)
    tried = said.on_accelerator() if chosen.type == "cuda" else replace(said, streams=1).on_accelerator()
    return Chosen(*quickest(ways, bundle, measured, tried, name_of(chosen)))


def _openvino(
    folder: Path, bundle: Bundle, device: str, precision: str, shape: Shape, threads: int | None
) -> Engine:
    """In fp32 unless told otherwise."""
    if device not in ("auto", "cpu"):
        raise BirdsError(Code.NO_MODEL, f"OpenVINO runs {bundle.id} on the CPU, not on {device}.")
    with from_extra("worker", bundle.id):
        from worker.engines.openvino_engine import OpenVinoEngine
    exact = Precision.FP32 if precision == "auto" else Precision(precision)
    if exact is Precision.CHECKED:
        return _checked(folder, bundle, shape, threads, where_in_doubt(bundle))
    if has_graph(bundle) or exact is Precision.INT8:
        return OpenVinoEngine(load_graph(folder, exact), shape, threads, exact)
    with from_extra("torch", f"{bundle.id}, which has no graph,"):
        from shared.vision.loading import load
    return OpenVinoEngine(load(folder), shape, threads, exact)


def _checked(folder: Path, bundle: Bundle, shape: Shape, threads: int | None, again: Rows) -> Engine:
    quick, exact = (
        _openvino(folder, bundle, "cpu", precision, shape, threads)
        for precision in (Precision.BF16, Precision.FP32)
    )
    return CheckedEngine(quick, exact, again)


def _decided(kind: EngineKind, device: str) -> EngineKind:
    """On a CPU OpenVINO runs small networks several times as fast as torch; see `scripts/bench --engine`."""
    is_for_torch = kind is EngineKind.AUTO and has_accelerator(device)
    return EngineKind.TORCH if is_for_torch else kind


def has_accelerator(device: str) -> bool:
    """Whether torch is to be asked for one: to load it takes seconds, and half a gigabyte."""
    if device != "auto":
        return device != "cpu"
    if find_spec("torch") is None:
        return False
    return sys.platform == "darwin" or any(map(os.path.exists, _ACCELERATORS))
