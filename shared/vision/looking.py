"""A model that tells what it sees, and where in the photo something stands out."""

from typing import Any

import torch
from torch.nn import functional


class Looking(torch.nn.Module):
    """Wraps a model whose last feature map, or a list of maps of several networks, is (B, channels, h, w)."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, photos: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (B, classes), those of the model itself, and the energy of each place's logits (B, h, w)."""
        features = self.module.forward_features(photos)  # type: ignore[operator]
        return self._logits(features), self._places(features)

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
