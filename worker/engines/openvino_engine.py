"""The model in OpenVINO on the CPU: from its stored graph, or converted from torch in memory."""

from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
import openvino
from numpy.typing import NDArray

from shared.vision.embedding import embeddings
from shared.vision.openvino_features import add_features
from shared.vision.openvino_graph import fixed_batch, openvino_graph, precision_hint, taking_photos
from shared.vision.precision import Precision
from shared.vision.stored_graph import StoredGraph
from worker.engines.engine import Outputs
from worker.engines.shape import Shape

if TYPE_CHECKING:  # an ONNX model is run without torch
    from shared.vision.loading import LoadedModel


class OpenVinoEngine:
    """Takes uint8 photos as they are: turning planes and normalising are part of the compiled graph."""

    def __init__(
        self,
        model: "LoadedModel | StoredGraph",
        shape: Shape,
        threads: int | None,
        precision: Precision = Precision.FP32,
    ) -> None:
        """The cores are divided among the streams; each holds the memory of a pass.

        Raises BirdsError (no-model) for a file that is no model of photos.
        """
        self.description = f"openvino cpu {precision}"
        graph = openvino_graph(model) if isinstance(model, StoredGraph) else _converted(model)
        self._fixed = fixed_batch(graph)
        self.batch_size = self._fixed or shape.batch_size
        self.largest_batch = self._fixed or shape.largest_batch
        self._side = model.bundle.input.size
        self.embeds = add_features(graph)
        fed = taking_photos(graph, model.bundle.input)
        self.streams = shape.streams
        self._compiled = openvino.compile_model(fed, "CPU", _options(threads, shape.streams, precision))
        # Threads of an engine that had more streams, and that this one replaced, wait here for their turn.
        self._requests: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        for _ in range(shape.streams):
            self._requests.put(self._compiled.create_infer_request())

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        """The graph of another exporter has no places."""
        logits, *more = self._run(batch)
        found = embeddings(more.pop()) if self.embeds else None
        return Outputs(logits, found, more[0] if more else None)

    def _run(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Each output of the graph, for all of `batch`."""
        step = self._fixed or len(batch)
        request = self._requests.get()
        try:
            passes = [self._pass(request, batch[at : at + step]) for at in range(0, len(batch), step)]
        finally:
            self._requests.put(request)
        return [np.concatenate(parts) for parts in zip(*passes, strict=True)]

    def _pass(self, request: openvino.InferRequest, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        photos = np.ascontiguousarray(batch)  # its memory is read as it lies
        if self._fixed and len(batch) < self._fixed:  # a graph for one batch size is fed black photos, too
            photos = np.zeros((self._fixed, *batch.shape[1:]), np.uint8)
            photos[: len(batch)] = batch
        found = request.infer({0: photos}, share_inputs=True)
        # Copies: the request's own memory is reused.
        return [np.array(found[port][: len(batch)], np.float32) for port in self._compiled.outputs]

    def warm_up(self) -> None:
        for size in {1, self.batch_size, self.largest_batch}:
            self.look(np.zeros((size, self._side, self._side, 3), np.uint8))

    def close(self) -> None:
        del self._requests, self._compiled


def _converted(model: "LoadedModel") -> openvino.Model:
    import torch

    from shared.vision.looking import Looking

    side = model.bundle.input.size
    module = model.module if model.bundle.second_look is None else Looking(model.module).eval()
    example = torch.zeros(1, 3, side, side)
    return openvino.convert_model(module, example_input=example, input=[-1, 3, side, side])


def _options(threads: int | None, streams: int, precision: Precision) -> dict[str, object]:
    options: dict[str, object] = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": streams,
        **precision_hint(precision),
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options
