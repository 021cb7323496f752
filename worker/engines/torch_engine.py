"""The reference engine: the model in torch; on CUDA by recorded streams, elsewhere as it comes."""

import threading
from queue import SimpleQueue
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.embedding import embeddings
from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking
from shared.vision.precision import Precision
from worker.engines.cuda_stream import CudaStream
from worker.engines.engine import Outputs
from worker.engines.recorded_stream import RecordedStream, See, recorded_sizes
from worker.engines.shape import Shape


class Stream(Protocol):
    """One of the forward passes that run side by side."""

    def __call__(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]: ...

    def warm_up(self) -> None: ...


class TorchEngine:
    """One model on one device; weights and activations in channels_last, logits in fp32."""

    def __init__(self, model: LoadedModel, device: torch.device, precision: Precision, shape: Shape) -> None:
        self._device = device
        self._dtype = torch.bfloat16 if precision is Precision.BF16 else torch.float32
        self._module = model.module.to(device, self._dtype).to(memory_format=torch.channels_last)
        self._looking = Looking(self._module)
        self._places = model.bundle.second_look is not None
        spec = model.bundle.input
        self._mean = torch.tensor(spec.mean, device=device).view(1, 3, 1, 1)
        self._std = torch.tensor(spec.std, device=device).view(1, 3, 1, 1)
        self.batch_size, self.largest_batch = shape.batch_size, shape.largest_batch
        self.streams = shape.streams
        self.description = f"torch {device.type} {precision}"
        # Not one a thread: threads of an engine that this one replaced may come here, too.
        self._streams: SimpleQueue[Stream] = SimpleQueue()
        self._warming = threading.Lock()
        for stream in self._opened(spec.size, shape):
            self._streams.put(stream)
        if device.type == "cuda":
            torch.cuda.synchronize(device)  # the weights lie there before another stream reads them

    def _opened(self, side: int, shape: Shape) -> list[Stream]:
        if self._device.type != "cuda":
            return [EagerStream(self._device, self._see, side, shape)] * shape.streams
        torch.backends.cudnn.benchmark = (
            True  # there are few sizes, and each is recorded with what is quickest
        )
        sizes = recorded_sizes(shape)
        return [
            RecordedStream(CudaStream(self._device), self._see, side, sizes) for _ in range(shape.streams)
        ]

    @property
    def embeds(self) -> bool:
        return self._looking.tells_features

    @torch.inference_mode()
    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        stream = self._streams.get()
        try:
            parts = [
                stream(batch[at : at + self.largest_batch]) for at in range(0, len(batch), self.largest_batch)
            ]
        finally:
            self._streams.put(stream)
        logits, *more = (np.concatenate(values) for values in zip(*parts, strict=True))
        features = embeddings(more.pop(0)) if self.embeds else None
        return Outputs(logits, features, more[0] if more else None)

    def _see(self, photos: torch.Tensor) -> list[torch.Tensor]:
        seen = self._looking.see(self._planes(photos), places=self._places)
        return [values.float() for values in seen if values is not None]

    def _planes(self, photos: torch.Tensor) -> torch.Tensor:
        """Normalised (B, 3, H, W)."""
        # (B, H, W, 3) seen as (B, 3, H, W) is channels_last as it lies: nothing is moved.
        planes = photos.permute(0, 3, 1, 2).float()
        return planes.div_(255).sub_(self._mean).div_(self._std).to(self._dtype)

    @torch.inference_mode()
    def warm_up(self) -> None:
        """Raises MemoryError where a batch is too large for the device."""
        with self._warming:  # two that each hold some of the streams would wait for each other
            streams = [self._streams.get() for _ in range(self.streams)]
            try:
                for stream in set(streams):
                    stream.warm_up()
            except torch.OutOfMemoryError as error:
                raise MemoryError(str(error)) from error
            finally:
                for stream in streams:
                    self._streams.put(stream)

    def close(self) -> None:
        self._module.to("meta")
        del self._streams
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


class EagerStream:
    """Batches as large as they are, several at a time: a CPU pays for padding, and has nothing to record."""

    def __init__(self, device: torch.device, see: See, side: int, shape: Shape) -> None:
        self._device = device
        self._see = see
        self._side = side
        self._shape = shape

    def __call__(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        return [values.cpu().numpy() for values in self._see(torch.from_numpy(batch).to(self._device))]

    def warm_up(self) -> None:
        for size in {1, self._shape.batch_size, self._shape.largest_batch}:
            self(np.zeros((size, self._side, self._side, 3), np.uint8))
