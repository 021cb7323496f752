"""The reference engine: the model in eager torch.

On CUDA each thread of the worker has a stream and page-locked memory of its own: while one batch is computed,
the next one is copied to the device and the last one's answers come back.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.embedding import embeddings
from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking
from shared.vision.precision import Precision
from worker.engines.engine import Outputs


class TorchEngine:
    """One model on one device; weights and activations in channels_last, logits in fp32."""

    def __init__(
        self, model: LoadedModel, device: torch.device, precision: Precision, batch_size: int, streams: int
    ) -> None:
        self._device = device
        self._dtype = torch.bfloat16 if precision is Precision.BF16 else torch.float32
        self._module = model.module.to(device, self._dtype).to(memory_format=torch.channels_last)
        self._looking = Looking(self._module)
        self._places = model.bundle.second_look is not None
        spec = model.bundle.input
        self._side = spec.size
        self._mean = torch.tensor(spec.mean, device=device).view(1, 3, 1, 1)
        self._std = torch.tensor(spec.std, device=device).view(1, 3, 1, 1)
        self._lanes = _Lanes(device, (batch_size, spec.size, spec.size, 3))
        if device.type == "cuda":
            torch.cuda.synchronize(device)  # the weights lie there before another stream reads them
        self.batch_size = batch_size
        self.streams = streams
        self.description = f"torch {device.type} {precision}"

    @property
    def embeds(self) -> bool:
        return self._looking.tells_features

    @torch.inference_mode()
    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        with self._lanes.own() as staged:
            seen = self._looking.see(self._planes(staged(batch)), places=self._places)
            logits, features, places = (None if one is None else _on_the_host(one) for one in seen)
        assert logits is not None
        return Outputs(logits, None if features is None else embeddings(features), places)

    def _planes(self, pixels: torch.Tensor) -> torch.Tensor:
        """Normalised (B, 3, H, W) on the device."""
        # (B, H, W, 3) seen as (B, 3, H, W) is channels_last as it lies: nothing is moved.
        planes = pixels.to(self._device, non_blocking=True).permute(0, 3, 1, 2).float()
        planes = planes.div_(255).sub_(self._mean).div_(self._std)
        return planes.to(self._dtype)

    def warm_up(self) -> None:
        for size in {1, self.batch_size}:
            self.look(np.zeros((size, self._side, self._side, 3), np.uint8))

    def close(self) -> None:
        self._module.to("meta")
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


def _on_the_host(values: torch.Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = values.float().cpu().numpy()
    return found


class _Lanes(threading.local):
    """What each thread has of its own; made anew in each, with these arguments, when it first comes."""

    def __init__(self, device: torch.device, shape: tuple[int, int, int, int]) -> None:
        on_cuda = device.type == "cuda"
        self._stream = torch.cuda.Stream(device) if on_cuda else None  # type: ignore[no-untyped-call]
        self._staging = Staging(shape, pinned=True) if on_cuda else None

    @contextmanager
    def own(self) -> Iterator[Callable[[NDArray[np.uint8]], torch.Tensor]]:
        """Gives what brings photos to where the device fetches them.

        Whoever leaves has the answers on the host: this lane has done all its work, its memory is free.
        """
        if self._stream is None or self._staging is None:
            yield torch.from_numpy
        else:
            with torch.cuda.stream(self._stream):
                yield self._staging


class Staging:
    """Memory that batches are copied into on their way to the device, one after the other."""

    def __init__(self, shape: tuple[int, int, int, int], *, pinned: bool) -> None:
        """`shape` is that of the largest batch; `pinned` memory is read by a GPU without the CPU's help."""
        self._photos = torch.empty(shape, dtype=torch.uint8, pin_memory=pinned)

    def __call__(self, batch: NDArray[np.uint8]) -> torch.Tensor:
        """The same photos, until the next call; more of them than fit are copied elsewhere."""
        photos = torch.from_numpy(batch)
        if len(batch) > len(self._photos):
            return photos
        staged = self._photos[: len(batch)]
        staged.copy_(photos)
        return staged
