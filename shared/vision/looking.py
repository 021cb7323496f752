"""A model that tells what it sees, and where in the photo something stands out."""

import inspect
from typing import Any, NamedTuple

import torch
from torch.nn import functional


class Seen(NamedTuple):
    logits: torch.Tensor
    """(B, classes), those of the model itself."""
    features: torch.Tensor | None
    """(B, width), what its head makes them of; None where it does not tell."""
    places: torch.Tensor | None
    """(B, h, w), the energy of each place's logits; None where nobody asked."""


class Looking(torch.nn.Module):
    """Wraps a model whose last feature map, or a list of maps of several networks, is (B, channels, h, w)."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module
        head = getattr(module, "forward_head", None)
        self.tells_features = head is not None and "pre_logits" in inspect.signature(head).parameters

    def forward(self, photos: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits and places: what a graph gives."""
        logits, _, places = self.see(photos, places=True)
        assert places is not None
        return logits, places

    def see(self, photos: torch.Tensor, *, places: bool) -> Seen:
        """What there is to see; `places`: also where."""
        if not (places or self.tells_features):
            return Seen(self.module(photos), None, None)
        features = self.module.forward_features(photos)  # type: ignore[operator]
        return Seen(self._logits(features), self._below(features), self._places(features) if places else None)

    def _below(self, features: Any) -> torch.Tensor | None:
        if not self.tells_features:
            return None
        below: torch.Tensor = self.module.forward_head(features, pre_logits=True)  # type: ignore[operator]
        return below

    def _logits(self, features: Any) -> torch.Tensor:
        logits: torch.Tensor = self.module.forward_head(features)  # type: ignore[operator]
        return logits

    def _places(self, features: Any) -> torch.Tensor:
        """The head is asked what it would say if all places were like this one: so CAM fits any head."""
        maps = features if isinstance(features, list) else [features]
        height, width = max(one.shape[-2:] for one in maps)
        alone = [_each_place(one, height, width) for one in maps]
        logits = self._logits(alone if isinstance(features, list) else alone[0]).float()
        energy = torch.logsumexp(logits, dim=1) - logits.mean(dim=1)
        return energy.view(-1, height, width)


def _each_place(one: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """(B, channels, h, w) to (B * height * width, channels, 1, 1)."""
    if one.shape[-2:] != (height, width):
        one = functional.interpolate(one, size=(height, width), mode="bilinear")
    return one.permute(0, 2, 3, 1).reshape(-1, one.shape[1], 1, 1)
