"""The one thing the pipeline asks of a model's runtime."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Engine(Protocol):
    """As many threads as it has streams may call `predict` at the same time."""

    @property
    def description(self) -> str:
        """Runtime, device and precision for the log, such as `torch cpu fp32`."""

    @property
    def batch_size(self) -> int:
        """Photos in a full batch; where the device is at its fastest."""

    @property
    def streams(self) -> int:
        """Forward passes that run side by side; where the device is at its fastest."""

    def predict(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits (B, classes) of preprocessed photos (B, H, W, 3); 1 <= B <= batch_size."""

    def look(self, batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """For a model with a second look: logits, and how far each place stands out (B, h, w).

        None instead of these where the runtime can't tell: then one look has to do.
        """

    def warm_up(self) -> None:
        """Run the batch sizes that will come, so that no photo pays for lazy setup."""

    def close(self) -> None:
        """Give the device's memory back; the engine is not used afterwards."""
