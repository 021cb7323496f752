"""Small ONNX models: the mean colour of a photo, weighed for each class."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from shared.vision.bundle import Bundle, WeightsFile, write_bundle
from tests.support.models import fields

WEIGHTS = np.random.default_rng(5).normal(size=(3, 3)).astype(np.float32)


def graph(
    *,
    batch: int | str = "N",
    side: int | str = 64,
    channels: int = 3,
    classes: int = 3,
    inside: int | None = None,
    extra_input: bool = False,
    extra_output: bool = False,
    kind: int = TensorProto.FLOAT,
    operation: str = "GlobalAveragePool",
) -> onnx.ModelProto:
    """(batch, channels, side, side) to (batch, classes); `inside` is a batch that the graph alone names."""
    weights = np.resize(WEIGHTS, (channels, classes)).astype(helper.tensor_dtype_to_np_dtype(kind))
    zeros = np.zeros((inside or 1, classes), weights.dtype)
    inputs = [helper.make_tensor_value_info("photos", kind, [batch, channels, side, side])]
    outputs = [helper.make_tensor_value_info("logits", kind, [inside or batch, classes])]
    if extra_input:
        inputs.append(helper.make_tensor_value_info("size", kind, [1, 2]))
    if extra_output:
        outputs.append(helper.make_tensor_value_info("features", kind, [batch, channels]))
    nodes = [
        helper.make_node(operation, ["photos"], ["means"]),
        helper.make_node("Flatten", ["means"], ["features"]),
        helper.make_node("MatMul", ["features", "weights"], ["weighed"]),
        helper.make_node("Add", ["weighed", "zeros"], ["logits"]),
    ]
    constants = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(zeros, "zeros")]
    made = helper.make_graph(nodes, "mean colour", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def onnx_bundle(folder: Path, model: onnx.ModelProto | bytes | None = None, **changes: Any) -> Bundle:
    """A bundle folder with this model, or the plainest one."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = graph() if model is None else model
    content = chosen if isinstance(chosen, bytes) else chosen.SerializeToString()
    (folder / WeightsFile.ONNX).write_bytes(content)
    return write_bundle(
        folder, **fields(weights_file=WeightsFile.ONNX, architecture="mean_colour", **changes)
    )


def expected(bundle: Bundle, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the plainest one answers, in numpy."""
    spec = bundle.input
    normalised = (photos / 255 - np.array(spec.mean)) / np.array(spec.std)
    logits: NDArray[np.float32] = (normalised.mean(axis=(1, 2)) @ WEIGHTS).astype(np.float32)
    return logits
