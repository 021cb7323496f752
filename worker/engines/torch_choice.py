"""How torch runs a model: on which device, how precisely, in batches of what size."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import torch

from shared.errors import BirdsError, Code
from shared.vision.loading import LoadedModel
from shared.vision.precision import Precision
from worker.engines.engine import Engine
from worker.engines.measured import Way
from worker.engines.shape import Shape, ShapeSettings
from worker.engines.torch_engine import TorchEngine

CPU_BATCH: Final = 4
"""For each core: larger batches gain a CPU 3 %, and a single photo that comes meanwhile waits longer."""
UNMEASURED: Final = Shape(2, 64)
"""Of a GPU that nobody may measure: one batch is computed while another is on its way there or back."""


def torch_engine(model: LoadedModel, device: str, precision: str, said: ShapeSettings) -> Engine:
    """As `choose` says, without measuring. Raises BirdsError (no-model) where the device is missing."""
    chosen = torch_device(device)
    exact = _precision(precision, chosen, model.module)
    match chosen.type:
        case "cpu":
            # A pass for each core instead of all cores on one: none waits for another where a layer ends. On
            # two cores ConvNeXt-Tiny is a fifth faster so, and loses less to whatever else runs there.
            torch.set_num_threads(1)  # for every thread that computes from now on
            shape = said.unmeasured(Shape(said.cores, CPU_BATCH))
        case "cuda":
            shape = said.unmeasured(UNMEASURED)
        case _:
            shape = said.unmeasured(replace(UNMEASURED, streams=1))
    return TorchEngine(model, chosen, exact, shape)


def ways_of_torch(
    open_model: Callable[[], LoadedModel], device: torch.device, precision: str
) -> dict[str, Way]:
    """Those to run a model on one device, the reference first; each opening loads the model anew."""

    def way(exact: Precision) -> Way:
        return Way(exact, lambda shape: TorchEngine(open_model(), device, exact, shape))

    best = _precision(precision, device, open_model().module)
    taken = {best} if precision != "auto" else {Precision.FP32, best}
    return {
        f"torch {device.type} {exact}": way(exact)
        for exact in (Precision.FP32, Precision.BF16)
        if exact in taken
    }


def name_of(device: torch.device) -> str:
    """Whose measurements are good for another one of this name."""
    hardware = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    return f"{hardware}, torch {torch.__version__}"


def torch_device(name: str) -> torch.device:
    """By a name as `choose` takes it."""
    if name != "auto":
        device = torch.device(name)
    elif torch.cuda.is_available():
        device = torch.device("cuda")
    elif torch.backends.mps.is_available():
        device = torch.device("mps")
    else:
        device = torch.device("cpu")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise BirdsError(Code.NO_MODEL, f"Device {name}: this machine has no CUDA that torch can use.")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise BirdsError(Code.NO_MODEL, f"Device {name}: this machine has no MPS that torch can use.")
    return device


def _precision(name: str, device: torch.device, module: torch.nn.Module) -> Precision:
    if name in (Precision.INT8, Precision.CHECKED):
        raise BirdsError(Code.NO_MODEL, f"Torch computes in fp32 and bf16; for {name} there is OpenVINO.")
    if name != "auto":
        return Precision(name)
    return Precision.BF16 if _has_fast_bf16(device) and not _needs_fp32(module) else Precision.FP32


def _needs_fp32(module: torch.nn.Module) -> bool:
    """Batch normalisation in bf16 changes answers: the starter's top-1 on 5 photos of 100, by up to 0.06."""
    return any(isinstance(part, torch.nn.modules.batchnorm._BatchNorm) for part in module.modules())


def _has_fast_bf16(device: torch.device) -> bool:
    """Without instructions for it, bf16 on a CPU is emulated and more than ten times slower than fp32."""
    match device.type:
        case "cuda":
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
        case "cpu":
            return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
        case _:
            return False
