"""The one thing the pipeline asks of a model's runtime."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from worker.engines.shape import Shape


class Outputs(NamedTuple):
    """What a model sees in B photos."""

    logits: NDArray[np.float32]
    """(B, classes)"""
    embeddings: NDArray[np.float16] | None
    """(B, at most 256), as `shared.vision.embedding` has them; None where the engine does not embed."""
    places: NDArray[np.float32] | None
    """(B, h, w): how far each place stands out, for a model with a second look; None where the runtime
    can't tell: then one look has to do."""


class Engine(Protocol):
    """As many threads as it has streams may call `look` at the same time."""

    @property
    def description(self) -> str:
        """Runtime, device and precision for the log, such as `torch cpu fp32`."""

    @property
    def batch_size(self) -> int:
        """Photos in a full batch: the fewest with which the device is about at its fastest."""

    @property
    def largest_batch(self) -> int:
        """Photos in a batch that grew, since more than a full one waited; at least `batch_size`."""

    @property
    def streams(self) -> int:
        """Forward passes that run side by side; where the device is at its fastest."""

    @property
    def embeds(self) -> bool:
        """Whether the layer below the head was found, so that looks have embeddings."""

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        """At preprocessed photos (B, H, W, 3); B >= 1, best at most `largest_batch`."""

    def warm_up(self) -> None:
        """Run the batch sizes that will come, so that no photo pays for lazy setup."""

    def close(self) -> None:
        """Give the device's memory back; the engine is not used afterwards."""


def shape_of(engine: Engine) -> Shape:
    return Shape(engine.streams, engine.batch_size, engine.largest_batch)
