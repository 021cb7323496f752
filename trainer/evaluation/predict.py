"""Runs a model over photos, with the preprocessing that serves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.photo.decode import decode
from shared.vision.bundle import InputSpec

BATCH = 32  # photos in a forward pass
MAX_PIXELS = 200_000_000  # as the service has it


def predict(
    module: torch.nn.Module, spec: InputSpec, paths: Sequence[Path], device: torch.device
) -> NDArray[np.float32]:
    """Logits (N, classes) in fp32; `module` is in evaluation mode. Raises BirdsError: a file is no photo."""
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    prepare = spec.preprocessing

    def pixels(path: Path) -> NDArray[np.uint8]:
        photo = decode(path.read_bytes(), max_pixels=MAX_PIXELS, min_side=prepare.scaled_side)
        return prepare(photo.image)

    logits = []
    with ThreadPoolExecutor() as decoders, torch.inference_mode():
        for start in range(0, len(paths), BATCH):
            batch = np.stack(list(decoders.map(pixels, paths[start : start + BATCH])))
            planes = torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float() / 255
            logits.append(module((planes - mean) / std).float().cpu().numpy())
    return np.concatenate(logits)
