"""A model that tells what it sees, and where in the photo something stands out."""

import torch


class Looking(torch.nn.Module):
    """Wraps a timm model whose last feature map is (B, channels, h, w): any convolutional one."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, photos: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (B, classes), those of the model itself, and the energy of each place's logits (B, h, w)."""
        features: torch.Tensor = self.module.forward_features(photos)  # type: ignore[operator]
        return self._logits(features), self._places(features)

    def _logits(self, features: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.module.forward_head(features)  # type: ignore[operator]
        return logits

    def _places(self, features: torch.Tensor) -> torch.Tensor:
        """The head is asked what it would say if all places were like this one: so CAM fits any head."""
        batch, channels, height, width = features.shape
        alone = features.permute(0, 2, 3, 1).reshape(-1, channels, 1, 1)
        logits = self._logits(alone).float()
        energy = torch.logsumexp(logits, dim=1) - logits.mean(dim=1)
        return energy.view(batch, height, width)
