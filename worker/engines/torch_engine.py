"""The reference engine: the model in eager torch."""

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking
from shared.vision.precision import Precision


class TorchEngine:
    """One model on one device; weights and activations in channels_last, logits in fp32."""

    def __init__(
        self, model: LoadedModel, device: torch.device, precision: Precision, batch_size: int, streams: int
    ) -> None:
        self._device = device
        self._dtype = torch.bfloat16 if precision is Precision.BF16 else torch.float32
        self._module = model.module.to(device, self._dtype).to(memory_format=torch.channels_last)
        self._looking = Looking(self._module)
        spec = model.bundle.input
        self._side = spec.size
        self._mean = torch.tensor(spec.mean, device=device).view(1, 3, 1, 1)
        self._std = torch.tensor(spec.std, device=device).view(1, 3, 1, 1)
        self.batch_size = batch_size
        self.streams = streams
        self.description = f"torch {device.type} {precision}"

    @torch.inference_mode()
    def predict(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return _on_the_host(self._module(self._planes(batch)))

    @torch.inference_mode()
    def look(self, batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, places = self._looking(self._planes(batch))
        return _on_the_host(logits), _on_the_host(places)

    def _planes(self, batch: NDArray[np.uint8]) -> torch.Tensor:
        """Normalised (B, 3, H, W) on the device."""
        pixels = torch.from_numpy(batch)
        if self._device.type == "cuda":  # a pinned copy lets the transfer run beside the computation
            pixels = pixels.pin_memory()
        # (B, H, W, 3) seen as (B, 3, H, W) is channels_last as it lies: nothing is moved.
        planes = pixels.to(self._device, non_blocking=True).permute(0, 3, 1, 2).float()
        planes = planes.div_(255).sub_(self._mean).div_(self._std)
        return planes.to(self._dtype)

    def warm_up(self) -> None:
        for size in {1, self.batch_size}:
            self.predict(np.zeros((size, self._side, self._side, 3), np.uint8))

    def close(self) -> None:
        self._module.to("meta")
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


def _on_the_host(values: torch.Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = values.float().cpu().numpy()
    return found
