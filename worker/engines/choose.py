"""Makes the engine that the settings ask for."""

import os

import torch

from shared.vision.loading import LoadedModel
from worker.engines.engine import Engine
from worker.engines.torch_engine import Precision, TorchEngine


def build_engine(
    kind: str, model: LoadedModel, *, device: str, precision: str, threads: int, batch_size: int
) -> Engine:
    torch.set_num_threads(threads or os.cpu_count() or 1)
    return TorchEngine(model, torch.device("cpu"), Precision("fp32" if precision == "auto" else precision), batch_size or 8)
