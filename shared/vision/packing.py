"""Weights in fewer bytes (quantisation): half precision, or bytes with a scale; unpacked at loading."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

import torch

SCALE: Final = ".scale"  # beside a tensor of bytes: what a step of one is worth, by output
_HIGHEST: Final = 127
_PACKED_FROM: Final = 1024  # weights of a tensor: smaller ones (biases, norms) save nothing and cost most

State = dict[str, torch.Tensor]


class Packing(StrEnum):
    FP16 = "fp16"
    INT8 = "int8"


def packed(state: State, packing: Packing, half: Collection[str] = ()) -> State:
    """Of fp32 tensors; their names stay. Those in `half` are half precision whatever the others are.

    To pack again what was unpacked changes nothing.
    """
    if packing is Packing.FP16:
        return {
            name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()
        }
    found: State = {}
    for name, tensor in state.items():
        if name in half:
            found[name] = tensor.half()
        elif tensor.is_floating_point() and tensor.ndim > 1 and tensor.numel() >= _PACKED_FROM:
            found[name], found[name + SCALE] = _in_bytes(tensor)
        else:
            found[name] = tensor
    return found


def unpacked(state: State) -> State:
    """In fp32, whatever it was packed as; tensors that are no floats as they are."""
    found: State = {}
    for name, tensor in state.items():
        if tensor.dtype is torch.int8:
            found[name] = tensor.float() * state[name + SCALE]
        elif not (name.endswith(SCALE) and name.removesuffix(SCALE) in state):
            found[name] = tensor.float() if tensor.is_floating_point() else tensor
    return found


def _in_bytes(tensor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Symmetric, with a scale for each output (the first dimension): no zero point, no data needed."""
    others = tuple(range(1, tensor.ndim))
    scale = tensor.abs().amax(dim=others, keepdim=True).clamp(min=1e-12) / _HIGHEST
    return (tensor / scale).round().to(torch.int8), scale
