"""Where a network is cut into blocks, and how well a block of the pupil does what the teacher's does."""

import torch
from torch.nn import functional

from trainer.training.layers import parts
from trainer.training.recipe import RecipeError

_EDGE = 1  # outermost places of a cut map: what lay beyond the cut is missing there


def blocks_of(model: torch.nn.Module) -> torch.nn.ModuleList:
    """Stem, each block of each stage, and top, in the order in which they follow each other."""
    stem, stages, top = parts(model)
    middle = [block for stage in stages for block in stage.children()]
    return torch.nn.ModuleList([torch.nn.Sequential(*stem), *middle, torch.nn.Sequential(*top)])


def check_alike(pupil: torch.nn.Module, teacher: torch.nn.Module, size: int) -> None:
    """Raises RecipeError where a block's map has another shape than the teacher's, so can't be compared."""
    ours, theirs = (_shapes(blocks_of(one), size) for one in (pupil, teacher))
    if ours != theirs:
        raise RecipeError(f"model.architecture: blocks give maps of {ours}, the teacher's of {theirs}")


@torch.no_grad()
def maps_of(blocks: torch.nn.ModuleList, pixels: torch.Tensor) -> list[torch.Tensor]:
    """Pixels, and the map after each block: one more than there are blocks."""
    found = [pixels]
    for block in blocks:
        found.append(block(found[-1]))
    return found


def block_loss(
    block: torch.nn.Module, given: torch.Tensor, wanted: torch.Tensor, window: int
) -> torch.Tensor:
    """Share of the variance of `wanted` (B, C, h, w) that `block` misses of `given` (B, c, H, W).

    Of maps larger than `window` one random part of that side is compared.
    """
    side, stride = given.shape[-1], given.shape[-1] // wanted.shape[-1]
    spread = _spread(wanted)
    if side <= window or side % stride:
        return functional.mse_loss(block(given), wanted) / spread
    # An even corner, so that a block of stride 2 sees the places that it saw in the whole map.
    out = window // stride
    y, x = (int(torch.randint(wanted.shape[-1] - out + 1, ())) for _ in range(2))
    part = given[..., y * stride : y * stride + window, x * stride : x * stride + window]
    found = block(part)[..., _EDGE:-_EDGE, _EDGE:-_EDGE]
    inner = wanted[..., y + _EDGE : y + out - _EDGE, x + _EDGE : x + out - _EDGE]
    return functional.mse_loss(found, inner) / spread


def chain_losses(blocks: torch.nn.ModuleList, wanted: list[torch.Tensor]) -> list[torch.Tensor]:
    """As `block_loss` of each block, fed by those below it, and of what a head is fed: the last map's mean.

    `wanted` begins with the pixels.
    """
    found, losses = wanted[0], []
    for block, right in zip(blocks, wanted[1:], strict=True):
        found = block(found)
        losses.append(functional.mse_loss(found, right) / _spread(right))
    ours, theirs = (one.mean(dim=(2, 3), keepdim=True) for one in (found, wanted[-1]))
    return [*losses, functional.mse_loss(ours, theirs) / _spread(theirs)]


def _spread(wanted: torch.Tensor) -> torch.Tensor:
    return wanted.var(dim=(0, 2, 3)).mean().clamp(min=1e-6)


@torch.no_grad()
def begin_near(block: torch.nn.Module, given: torch.Tensor, wanted: torch.Tensor) -> None:
    """Give the last norm of `block` the mean and spread of what the block is to add.

    Norms begin at mean 0 and spread 1, and small steps would take hundreds to get from there to a map's own.
    """
    last = [one for one in block.modules() if isinstance(one, torch.nn.BatchNorm2d)][-1]
    added = wanted - given if getattr(block, "has_skip", False) else wanted
    last.bias.copy_(added.mean(dim=(0, 2, 3)))
    last.weight.copy_(added.std(dim=(0, 2, 3)))


def _shapes(blocks: torch.nn.ModuleList, size: int) -> list[tuple[int, ...]]:
    blocks.eval()
    return [tuple(one.shape[1:]) for one in maps_of(blocks, torch.zeros(1, 3, size, size))[1:]]
