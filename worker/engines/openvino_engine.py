"""The model in OpenVINO on the CPU: from its ONNX graph, or converted from torch in memory."""

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import openvino
from numpy.typing import NDArray

from shared.vision.bundle import InputSpec
from shared.vision.onnx_model import OnnxModel
from worker.engines.engine import Precision
from worker.engines.onnx_graph import fixed_batch, onnx_graph

if TYPE_CHECKING:  # an ONNX model is run without torch
    from shared.vision.loading import LoadedModel


class OpenVinoEngine:
    """Takes uint8 photos as they are: turning planes and normalising are part of the compiled graph."""

    BATCH = 8
    streams = 1  # the cores work on one pass together, and its request holds the memory of one

    def __init__(
        self,
        model: "LoadedModel | OnnxModel",
        batch_size: int | None,
        threads: int | None,
        precision: Precision = Precision.FP32,
    ) -> None:
        """Raises BirdsError (no-model) for a file that is no model of photos."""
        self.description = f"openvino cpu {precision}"
        graph = onnx_graph(model) if isinstance(model, OnnxModel) else _converted(model)
        self._fixed = fixed_batch(graph)
        self.batch_size = self._fixed or batch_size or self.BATCH
        self._side = model.bundle.input.size
        fed = _taking_photos(graph, model.bundle.input)
        self._compiled = openvino.compile_model(fed, "CPU", _options(threads, precision))
        self._request = self._compiled.create_infer_request()
        # Threads of an engine that had more streams, and that this one replaced, come several at a time.
        self._turn = Lock()

    def predict(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._run(batch)[0]

    def look(self, batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """The graph of another exporter gives logits alone, so there the map is None."""
        logits, *places = self._run(batch)
        return logits, places[0] if places else None

    def _run(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Each output of the graph, for all of `batch`."""
        step = self._fixed or len(batch)
        with self._turn:
            passes = [self._pass(batch[at : at + step]) for at in range(0, len(batch), step)]
        return [np.concatenate(parts) for parts in zip(*passes, strict=True)]

    def _pass(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        photos = batch
        if self._fixed and len(batch) < self._fixed:  # a graph for one batch size is fed black photos, too
            photos = np.zeros((self._fixed, *batch.shape[1:]), np.uint8)
            photos[: len(batch)] = batch
        found = self._request.infer({0: photos}, share_inputs=True)
        # Copies: the request's own memory is reused.
        return [np.array(found[port][: len(batch)], np.float32) for port in self._compiled.outputs]

    def warm_up(self) -> None:
        for size in {1, self.batch_size}:
            self.predict(np.zeros((size, self._side, self._side, 3), np.uint8))

    def close(self) -> None:
        del self._request, self._compiled


def _converted(model: "LoadedModel") -> openvino.Model:
    import torch

    from shared.vision.looking import Looking

    side = model.bundle.input.size
    module = model.module if model.bundle.second_look is None else Looking(model.module).eval()
    example = torch.zeros(1, 3, side, side)
    return openvino.convert_model(module, example_input=example, input=[-1, 3, side, side])


def _taking_photos(graph: openvino.Model, spec: InputSpec) -> openvino.Model:
    steps = openvino.preprocess.PrePostProcessor(graph)
    tensor = steps.input()
    tensor.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    tensor.model().set_layout(openvino.Layout("NCHW"))
    tensor.preprocess().convert_element_type(openvino.Type.f32)
    tensor.preprocess().mean([255 * value for value in spec.mean]).scale([255 * value for value in spec.std])
    for place in range(len(graph.outputs)):
        steps.output(place).tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def computes_in_bf16() -> bool:
    """Whether this CPU has instructions for it: elsewhere it is emulated, or not done at all."""
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _options(threads: int | None, precision: Precision) -> dict[str, object]:
    """As it is told: left to itself it would take bf16 wherever the CPU has it, and so differ from torch."""
    hint = "f32" if precision is Precision.FP32 else "bf16"
    options: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": hint}
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options
