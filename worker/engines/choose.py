"""Which engine runs a model, on which device, how precisely and in batches of what size."""

from enum import StrEnum
from typing import TYPE_CHECKING

from shared.errors import BirdsError, Code
from shared.vision.onnx_model import OnnxModel
from worker.engines.engine import Engine
from worker.engines.null_engine import NullEngine

if TYPE_CHECKING:  # an ONNX model is run without torch
    from shared.vision.loading import LoadedModel


class EngineKind(StrEnum):
    TORCH = "torch"
    OPENVINO = "openvino"
    NULL = "null"


def choose_engine(
    model: "LoadedModel | OnnxModel",
    *,
    kind: str = EngineKind.TORCH,
    device: str = "auto",
    precision: str = "auto",
    batch_size: int | None = None,
    threads: int | None = None,
    allow_null: bool = False,
) -> Engine:
    """An engine that is not warmed up yet.

    `device` is auto, cpu, cuda, cuda:N or mps; `precision` auto, fp32 or bf16; `threads` those that work on
    the CPU, one per core if None. An ONNX model, which torch can't run, gets OpenVINO in its place. The null
    engine answers nonsense, so it takes `allow_null` beside its name.
    Raises BirdsError (no-model) for what this machine cannot do.
    """
    match EngineKind(kind):
        case EngineKind.NULL:
            if not allow_null:
                raise BirdsError(Code.NO_MODEL, "The null engine answers nonsense; it is for measuring only.")
            return NullEngine(model.bundle, batch_size or NullEngine.BATCH)
        case EngineKind.TORCH if not isinstance(model, OnnxModel):
            from worker.engines.torch_choice import torch_engine

            return torch_engine(model, device, precision, batch_size, threads)
        case _:
            return _openvino(model, device, batch_size, threads)


def _openvino(
    model: "LoadedModel | OnnxModel", device: str, batch_size: int | None, threads: int | None
) -> Engine:
    if device not in ("auto", "cpu"):
        raise BirdsError(Code.NO_MODEL, f"OpenVINO runs {model.bundle.id} on the CPU, not on {device}.")
    try:
        from worker.engines.openvino_engine import OpenVinoEngine  # an extra, often not installed
    except ModuleNotFoundError as error:
        raise BirdsError(
            Code.NO_MODEL,
            f"{model.bundle.id} needs OpenVINO, which is missing: pip install 'birds[openvino]'.",
        ) from error
    return OpenVinoEngine(model, batch_size, threads)
