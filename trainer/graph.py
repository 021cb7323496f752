"""A model's graph for runtimes without torch: ONNX, whose tensors stay in the bundle's safetensors."""

import json
import struct
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import onnx
import torch
from onnx import NodeProto, TensorProto, helper

from shared.errors import BirdsError, Code
from shared.vision.bundle import DIGESTS, GRAPH_FILE, WEIGHTS_FILE, Bundle, read_bundle, write_bundle
from shared.vision.loading import LoadedModel, first_line, load
from shared.vision.looking import Looking
from shared.vision.packing import SCALE

OPSET: Final = 18  # of ONNX 1.13: the first that can resize with antialiasing
_LENGTH: Final = struct.Struct("<Q")  # of a safetensors file's heading, in its first bytes
_KINDS: Final = {
    "F32": TensorProto.FLOAT,
    "F16": TensorProto.FLOAT16,
    "I8": TensorProto.INT8,
    "I64": TensorProto.INT64,
}


def write_graph(folder: Path) -> Bundle:
    """Writes GRAPH_FILE into a bundle's folder, and its digest into `bundle.json`.

    From (N, 3, size, size) floats, normalised as the bundle says, to `logits` (N, classes) and, where the
    model looks twice, `places` (N, h, w). Packed weights stay packed.
    Raises BirdsError (no-model): no bundle of torch's, or an architecture that can't be exported.
    """
    model = load(folder)
    traced = _traced(model)
    weights = _Weights(folder / WEIGHTS_FILE)
    kept, unpacking = [], []
    for tensor in traced.graph.initializer:
        stored, steps = weights.instead_of(tensor)
        kept += stored
        unpacking += steps
    nodes = [*unpacking, *traced.graph.node]
    graph = helper.make_graph(
        nodes, model.bundle.name, list(traced.graph.input), list(traced.graph.output), kept
    )
    made = helper.make_model(graph, opset_imports=traced.opset_import, ir_version=traced.ir_version)
    (folder / GRAPH_FILE).write_bytes(made.SerializeToString(deterministic=True))
    return write_bundle(folder, **read_bundle(folder).model_dump(exclude=set(DIGESTS)))


def _traced(model: LoadedModel) -> onnx.ModelProto:
    """Batch norms stay apart from convolutions, so that each tensor is still that of the weights' name."""
    side = model.bundle.input.size
    looks = model.bundle.second_look is not None
    module = Looking(model.module).eval() if looks else model.module
    outputs = ["logits", "places"] if looks else ["logits"]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, of tracing: sizes are fixed here, but for the batch
        path = Path(folder) / GRAPH_FILE
        try:
            torch.onnx.export(
                module,
                (torch.zeros(2, 3, side, side),),
                str(path),
                dynamo=False,  # which keeps names
                opset_version=OPSET,
                training=torch.onnx.TrainingMode.PRESERVE,
                do_constant_folding=False,
                input_names=["photos"],
                output_names=outputs,
                dynamic_axes={name: {0: "photos"} for name in ("photos", *outputs)},
            )
        except (RuntimeError, ValueError, TypeError) as error:
            detail = f"{model.bundle.id} can't be exported as ONNX: {first_line(error)}."
            raise BirdsError(Code.NO_MODEL, detail) from error
        return onnx.load(path)


class _Weights:
    """The tensors of a safetensors file, and where in it each one lies."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            self._heading = json.loads(file.read(length))
        self._start = _LENGTH.size + length

    def instead_of(self, tensor: TensorProto) -> tuple[list[TensorProto], list[NodeProto]]:
        """What to store in place of a float tensor of that name, and what makes it a float again."""
        name = str(tensor.name)
        key = name if name in self._heading else name.removeprefix("module.")  # inside of Looking
        if key not in self._heading:
            return [tensor], []
        match self._heading[key]["dtype"]:
            case "I8":
                packed, scale = f"{name}.packed", f"{name}{SCALE}"
                steps = [helper.make_node("DequantizeLinear", [packed, scale], [name], axis=0)]
                outputs = self._heading[key + SCALE]["shape"][:1]
                return [self._pointer(key, packed), self._pointer(key + SCALE, scale, outputs)], steps
            case "F16":
                half = f"{name}.half"
                cast = helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT)
                return [self._pointer(key, half)], [cast]
            case _:
                return [self._pointer(key, name)], []

    def _pointer(self, key: str, name: str, shape: Sequence[int] | None = None) -> TensorProto:
        entry = self._heading[key]
        begin, end = entry["data_offsets"]
        tensor = TensorProto(name=name, data_type=_KINDS[entry["dtype"]], dims=shape or entry["shape"])
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": WEIGHTS_FILE, "offset": str(self._start + begin), "length": str(end - begin)}
        for field, value in place.items():
            tensor.external_data.add(key=field, value=value)
        return tensor
