"""Which engine runs a model, on which device, how precisely and in batches of what size."""

from enum import StrEnum
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import WeightsFile, check_weights, read_bundle
from shared.vision.onnx_model import load_onnx
from worker.engines.engine import Engine
from worker.engines.null_engine import NullEngine


class EngineKind(StrEnum):
    TORCH = "torch"
    OPENVINO = "openvino"
    NULL = "null"


def choose_engine(
    folder: Path,
    *,
    kind: str = EngineKind.TORCH,
    device: str = "auto",
    precision: str = "auto",
    batch_size: int | None = None,
    threads: int | None = None,
    allow_null: bool = False,
) -> Engine:
    """An engine for the bundle in `folder`, not warmed up yet.

    `device` is auto, cpu, cuda, cuda:N or mps; `precision` auto, fp32 or bf16; `threads` those that work on
    the CPU, one per core if None. An ONNX model, which torch can't run, gets OpenVINO in its place. The null
    engine answers nonsense, so it takes `allow_null` beside its name.
    Raises BirdsError (no-model) for a bundle that can't be read and for what this machine cannot do; a bad
    model may raise anything else, too, since its runtime does.
    """
    is_onnx = read_bundle(folder).weights_file is WeightsFile.ONNX
    match EngineKind(kind):
        case EngineKind.NULL:
            if not allow_null:
                raise BirdsError(Code.NO_MODEL, "The null engine answers nonsense; it is for measuring only.")
            return _null(folder, batch_size)
        case EngineKind.TORCH if not is_onnx:
            from shared.vision.loading import load  # an ONNX model is run without torch
            from worker.engines.torch_choice import torch_engine

            return torch_engine(load(folder), device, precision, batch_size, threads)
        case _:
            return _openvino(folder, is_onnx, device, batch_size, threads)


def _null(folder: Path, batch_size: int | None) -> Engine:
    """Its weights stay as they are, so it is there in no time; that they are whole is seen all the same."""
    bundle = read_bundle(folder)
    check_weights(folder, bundle)
    return NullEngine(bundle, batch_size or NullEngine.BATCH)


def _openvino(
    folder: Path, is_onnx: bool, device: str, batch_size: int | None, threads: int | None
) -> Engine:
    if device not in ("auto", "cpu"):
        detail = f"OpenVINO runs {read_bundle(folder).id} on the CPU, not on {device}."
        raise BirdsError(Code.NO_MODEL, detail)
    try:
        from worker.engines.openvino_engine import OpenVinoEngine  # an extra, often not installed
    except ModuleNotFoundError as error:
        raise BirdsError(
            Code.NO_MODEL,
            f"{read_bundle(folder).id} needs OpenVINO, which is missing: pip install 'birds[openvino]'.",
        ) from error
    if is_onnx:
        return OpenVinoEngine(load_onnx(folder), batch_size, threads)
    from shared.vision.loading import load

    return OpenVinoEngine(load(folder), batch_size, threads)
