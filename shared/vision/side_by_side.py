"""Several networks (ensemble), each shown the photo at its own size, a linear head over all features."""

from collections.abc import Sequence
from typing import Any

import timm
import torch
from torch.nn import functional

from shared.vision.architecture import Backbone
from shared.vision.bundle import InputSpec


class SideBySide(torch.nn.Module):
    """Speaks as timm's models do: `forward_features`, `forward_head`, `get_classifier`.

    Features are standardised: each has mean 0 and variance 1 / width over the photos that the head was fitted
    to, so that no network outweighs another by the scale of its numbers, nor by how many they are.
    """

    middle: torch.Tensor
    scale: torch.Tensor

    def __init__(self, backbones: Sequence[Backbone], spec: InputSpec, classes: int) -> None:
        super().__init__()
        self.backbones = torch.nn.ModuleList(_network(one) for one in backbones)
        self.views = [_View(one, spec) for one in backbones]
        width = sum(_width(network) for network in self.backbones)
        self.register_buffer("middle", torch.zeros(width))
        self.register_buffer("scale", torch.ones(width))
        self.head = torch.nn.Linear(width, classes)
        self.num_features = width
        self.pretrained_cfg: dict[str, Any] = {"mean": spec.mean, "std": spec.std}

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W), normalised as the bundle's input, to (B, classes) logits."""
        return self.forward_head(self.forward_features(pixels))

    def forward_features(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """The last map of each network: (B, channels, h, w), each with its own three."""
        seen = zip(self.backbones, self.views, strict=True)
        return [network.forward_features(view(pixels)) for network, view in seen]  # type: ignore[operator]

    def raw_features(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """(B, width), as the networks give them."""
        heads = zip(self.backbones, maps, strict=True)
        return torch.cat([network.forward_head(one, pre_logits=True) for network, one in heads], dim=1)  # type: ignore[operator]

    def forward_head(self, maps: list[torch.Tensor], pre_logits: bool = False) -> torch.Tensor:
        """(B, classes) logits, or the (B, width) standardised features below them."""
        features = (self.raw_features(maps) - self.middle) * self.scale
        logits: torch.Tensor = features if pre_logits else self.head(features)
        return logits

    def get_classifier(self) -> torch.nn.Module:
        return self.head


class _View:
    """From the bundle's normalised input to one network's."""

    def __repr__(self) -> str:
        return f"{self._size} px, factors {self._factors}, offsets {self._offsets}"

    def __init__(self, backbone: Backbone, spec: InputSpec) -> None:
        self._size = backbone.size
        # (x * std + mean - their mean) / their std, as one product and one sum.
        self._factors = [ours / theirs for ours, theirs in zip(spec.std, backbone.std, strict=True)]
        means = zip(spec.mean, backbone.mean, backbone.std, strict=True)
        self._offsets = [(ours - theirs) / std for ours, theirs, std in means]

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        if pixels.shape[-1] != self._size:
            pixels = functional.interpolate(pixels, size=self._size, mode="bicubic", antialias=True)
        factors, offsets = (
            pixels.new_tensor(values).view(1, 3, 1, 1) for values in (self._factors, self._offsets)
        )
        return pixels * factors + offsets


def _network(backbone: Backbone) -> torch.nn.Module:
    network: torch.nn.Module = timm.create_model(
        backbone.architecture, num_classes=0, **backbone.architecture_arguments
    )
    return network


def _width(network: torch.nn.Module) -> int:
    return int(getattr(network, "head_hidden_size", None) or network.num_features)  # type: ignore[arg-type]
