"""How torch runs a model: on which device, how precisely, in batches of what size."""

import os
from typing import Final

import torch

from shared.errors import BirdsError, Code
from shared.vision.loading import LoadedModel
from shared.vision.precision import Precision
from worker.engines.engine import Engine
from worker.engines.torch_engine import TorchEngine

CPU_BATCH: Final = 4
"""For each core: larger batches gain a CPU 3 %, and a single photo that comes meanwhile waits longer."""
ACCELERATOR_BATCH: Final = 64
CUDA_STREAMS: Final = 2
"""Batches in flight: one is computed while another is on its way to the device or back."""


def torch_engine(
    model: LoadedModel, device: str, precision: str, batch_size: int | None, threads: int | None
) -> Engine:
    """As `choose` says. Raises BirdsError (no-model) where the device is missing."""
    chosen = _device(device)
    exact = _precision(precision, chosen, model.module)
    if chosen.type == "cpu":
        return _on_cpu(model, exact, batch_size or CPU_BATCH, threads or os.cpu_count() or 1)
    streams = CUDA_STREAMS if chosen.type == "cuda" else 1
    return TorchEngine(model, chosen, exact, batch_size or ACCELERATOR_BATCH, streams)


def _on_cpu(model: LoadedModel, precision: Precision, batch_size: int, threads: int) -> Engine:
    """A pass for each core instead of all cores on one pass: none waits for another at the end of each layer.

    On two cores ConvNeXt-Tiny is a fifth faster so, and loses less to whatever else runs on them.
    """
    torch.set_num_threads(1)  # for every thread that computes from now on
    return TorchEngine(model, torch.device("cpu"), precision, batch_size, streams=threads)


def _device(name: str) -> torch.device:
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
    if name == Precision.INT8:
        raise BirdsError(Code.NO_MODEL, "Torch computes in fp32 and bf16; for int8 there is OpenVINO.")
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
