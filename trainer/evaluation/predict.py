"""Runs a model over photos, with the preprocessing that serves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.photo.box import Box
from shared.photo.decode import decode
from shared.vision.bundle import InputSpec
from shared.vision.preprocess import Preprocessing

BATCH = 32  # photos in a forward pass
MAX_PIXELS = 200_000_000  # as the service has it

View = tuple[Path, Box | None]
"""A photo, or a part of one."""
Size = tuple[int, int]
"""(width, height) of a photo in pixels, upright."""


def predict(
    module: torch.nn.Module, spec: InputSpec, paths: Sequence[Path], device: torch.device
) -> NDArray[np.float32]:
    """Logits (N, classes) in fp32; `module` is in evaluation mode. Raises BirdsError: a file is no photo."""
    return run(module, spec, [(path, None) for path in paths], device)[0][0]


def run(
    module: torch.nn.Module, spec: InputSpec, views: Sequence[View], device: torch.device
) -> tuple[list[NDArray[np.float32]], list[Size]]:
    """Each output of `module` for all views, in fp32, and the sizes of their photos."""
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    prepare = spec.preprocessing

    def pixels(view: View) -> tuple[NDArray[np.uint8], Size]:
        return _prepared(view, prepare)

    outputs: list[tuple[NDArray[np.float32], ...]] = []
    sizes: list[Size] = []
    with ThreadPoolExecutor() as decoders, torch.inference_mode():
        for start in range(0, len(views), BATCH):
            batch, some = zip(*decoders.map(pixels, views[start : start + BATCH]), strict=True)
            sizes += some
            planes = torch.from_numpy(np.stack(batch)).to(device).permute(0, 3, 1, 2).float() / 255
            found = module((planes - mean) / std)
            outputs.append(tuple(one.float().cpu().numpy() for one in _as_tuple(found)))
    return [np.concatenate(parts) for parts in zip(*outputs, strict=True)], sizes


def pixels_of(paths: Sequence[Path], prepare: Preprocessing) -> NDArray[np.uint8]:
    """(N, size, size, 3), as engines are given them. Raises BirdsError: a file is no photo."""
    with ThreadPoolExecutor() as decoders:
        found = decoders.map(lambda path: _prepared((path, None), prepare), paths)
        return np.stack([pixels for pixels, _ in found])


def _prepared(view: View, prepare: Preprocessing) -> tuple[NDArray[np.uint8], Size]:
    path, box = view
    photo = decode(path.read_bytes(), max_pixels=MAX_PIXELS, min_side=prepare.scaled_side, box=box)
    return prepare(photo.image), (photo.facts.width, photo.facts.height)


def _as_tuple(found: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return found if isinstance(found, tuple) else (found,)
