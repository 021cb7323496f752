"""What a stream of forward passes asks of CUDA: page-locked memory, a queue of work, and graphs of it."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final

import structlog
import torch

_BEFORE_RECORDING: Final = (
    2  # passes: libraries choose their kernels and get their memory, which no graph holds
)
_one_recording = threading.Lock()  # at a time, in the process: each first waits for the whole device


class CudaStream:
    """A StreamDevice. Work that can't be recorded is begun anew each time, which takes the CPU longer."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        # One for all sizes, of which one at a time is computed, and read before the next one is.
        self._memory = torch.cuda.graph_pool_handle()

    def host_memory(self, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
        return torch.empty(tuple(shape), dtype=dtype, pin_memory=True)

    def turn(self) -> AbstractContextManager[object]:
        return torch.cuda.stream(self._stream)

    def recorded(self, work: Callable[[], list[torch.Tensor]]) -> Callable[[], list[torch.Tensor]]:
        with _one_recording:
            with self.turn():
                for _ in range(_BEFORE_RECORDING):
                    work()
            self.wait()
            try:
                return self._graph(work)
            except torch.OutOfMemoryError:
                raise
            except RuntimeError as error:  # a model that looks at its own numbers on the way
                structlog.get_logger().warning("not recorded as a CUDA graph", error=str(error))
                return work

    def _graph(self, work: Callable[[], list[torch.Tensor]]) -> Callable[[], list[torch.Tensor]]:
        graph = torch.cuda.CUDAGraph()
        # thread_local: another model goes on answering in other threads, and may ask for memory.
        with torch.cuda.graph(
            graph, pool=self._memory, stream=self._stream, capture_error_mode="thread_local"
        ):
            found = work()

        def replay() -> list[torch.Tensor]:
            graph.replay()
            return found

        return replay

    def wait(self) -> None:
        self._stream.synchronize()
