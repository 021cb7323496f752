"""Far birds: a view made small, in front of something else."""

import torch
from torch.nn import functional

SIDES = (0.2, 0.7)
"""Least and largest side of the view in the new frame: a bird that filled it then fills as much."""
_HAZE = 12  # pixels that a background out of focus is made of


def with_far_birds(views: torch.Tensor, places: torch.Tensor, share: float) -> torch.Tensor:
    """(B, 3, S, S) to the same, `share` of them made small at random places.

    In front of photos without birds, `places` (N, 3, S, S), or of another view so blurred that no bird is
    left in it. Draws from torch's random numbers.
    """
    chosen = torch.rand(len(views)) < share
    found = views.clone()
    for number in torch.nonzero(chosen).flatten().tolist():
        other = views[(number + 1) % len(views)]
        if len(places) and torch.rand(()) < 0.5:
            other = places[int(torch.randint(len(places), ()))]
            ground = other.flip(-1) if torch.rand(()) < 0.5 else other
        else:
            ground = _blurred(other)
        found[number] = _pasted(views[number], ground)
    return found


def _pasted(view: torch.Tensor, ground: torch.Tensor) -> torch.Tensor:
    size = view.shape[-1]
    low, high = (torch.tensor(side).log() for side in SIDES)
    side = round(size * float((low + (high - low) * torch.rand(())).exp()))
    small = functional.interpolate(view[None], size=side, mode="bilinear", antialias=True)[0]
    top, left = (int(torch.randint(size - side + 1, ())) for _ in range(2))
    found = ground.clone()
    found[:, top : top + side, left : left + side] = small
    return found


def _blurred(view: torch.Tensor) -> torch.Tensor:
    coarse = functional.adaptive_avg_pool2d(view[None], _HAZE)
    return functional.interpolate(coarse, size=view.shape[-1], mode="bicubic")[0]
