"""Bundles with their weights: from a folder into a module, and from a module into a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import timm
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from shared.errors import BirdsError, Code
from shared.vision.bundle import (
    GRAPH_FILE,
    INT8_FILES,
    WEIGHTS_FILE,
    Bundle,
    WeightsFile,
    check_files,
    read_bundle,
    write_bundle,
)
from shared.vision.packing import unpacked
from shared.vision.side_by_side import SideBySide

UNFIT: Final = (RuntimeError, SafetensorError, KeyError, TypeError, ValueError, AssertionError)
"""What timm and torch raise of names that they do not know, arguments that an architecture does not take,
and weights that do not fit."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    bundle: Bundle
    module: torch.nn.Module
    """In evaluation mode, fp32, on the CPU: (B, 3, size, size) normalised to (B, classes) logits."""


def load(folder: Path) -> LoadedModel:
    """Read a bundle and build its model; nothing is ever unpickled.

    Raises BirdsError (no-model): no bundle, other weights than it names, weights that do not fit, or an ONNX
    model, which is no module of torch's.
    """
    bundle = read_bundle(folder)
    if bundle.weights_file is not WeightsFile.SAFETENSORS:
        raise BirdsError(
            Code.NO_MODEL, f"{bundle.id} is an ONNX model: torch can't run it, the OpenVINO engine does."
        )
    check_files(folder, bundle)
    try:
        module = empty_module(bundle)
        module.load_state_dict(unpacked(load_file(folder / WEIGHTS_FILE)), strict=True)
    except UNFIT as error:
        raise BirdsError(Code.NO_MODEL, f"{bundle.id} cannot be built: {first_line(error)}.") from error
    return LoadedModel(bundle, module.eval())


def empty_module(bundle: Bundle) -> torch.nn.Module:
    """The network that `bundle` describes, with weights of no meaning."""
    if bundle.backbones:
        return SideBySide(bundle.backbones, bundle.input, len(bundle.classes))
    module: torch.nn.Module = timm.create_model(
        bundle.architecture, num_classes=len(bundle.classes), **bundle.architecture_arguments
    )
    return module


def save(folder: Path, state: dict[str, torch.Tensor], **fields: Any) -> Bundle:
    """Write weights and then `bundle.json`; `fields` are those of Bundle but the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (GRAPH_FILE, *INT8_FILES):
        (folder / name).unlink(missing_ok=True)  # of the weights that were there
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / WEIGHTS_FILE)
    return write_bundle(folder, **fields)


def first_line(error: Exception) -> str:
    """What torch says of weights that do not fit goes on for a line a tensor."""
    return str(error).partition("\n")[0].rstrip(".:") or type(error).__name__
