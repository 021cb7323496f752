"""The model in OpenVINO on the CPU, converted from torch in memory."""

import numpy as np
import openvino
import torch
from numpy.typing import NDArray

from shared.vision.bundle import InputSpec
from shared.vision.loading import LoadedModel
from shared.vision.looking import Looking


class OpenVinoEngine:
    """Takes uint8 photos as they are: turning planes and normalising are part of the compiled graph."""

    description = "openvino cpu fp32"
    streams = 1  # the cores work on one pass together, and its request holds the memory of one

    def __init__(self, model: LoadedModel, batch_size: int, threads: int | None) -> None:
        self.batch_size = batch_size
        self._side = model.bundle.input.size
        self._compiled = openvino.compile_model(_graph(model), "CPU", _options(threads))
        self._request = self._compiled.create_infer_request()

    def predict(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._run(batch)[0]

    def look(self, batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, places = self._run(batch)
        return logits, places

    def _run(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        found = self._request.infer({0: batch}, share_inputs=True)
        return [
            np.array(found[port], np.float32) for port in self._compiled.outputs
        ]  # its own memory is reused

    def warm_up(self) -> None:
        for size in {1, self.batch_size}:
            self.predict(np.zeros((size, self._side, self._side, 3), np.uint8))

    def close(self) -> None:
        del self._request, self._compiled


def _graph(model: LoadedModel) -> openvino.Model:
    spec = model.bundle.input
    example = torch.zeros(1, 3, spec.size, spec.size)
    module = model.module if model.bundle.second_look is None else Looking(model.module).eval()
    graph = openvino.convert_model(module, example_input=example, input=[-1, 3, spec.size, spec.size])
    return _taking_photos(graph, spec)


def _taking_photos(graph: openvino.Model, spec: InputSpec) -> openvino.Model:
    steps = openvino.preprocess.PrePostProcessor(graph)
    tensor = steps.input()
    tensor.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    tensor.model().set_layout(openvino.Layout("NCHW"))
    tensor.preprocess().convert_element_type(openvino.Type.f32)
    tensor.preprocess().mean([255 * value for value in spec.mean]).scale([255 * value for value in spec.std])
    return steps.build()


def _options(threads: int | None) -> dict[str, object]:
    """fp32 throughout: the default would take bf16 wherever the CPU has it, and so differ from torch."""
    options: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options
