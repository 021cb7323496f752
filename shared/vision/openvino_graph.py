"""A stored graph in OpenVINO: from any exporter, if it takes photos and gives logits of classes."""

import tempfile
from pathlib import Path
from typing import Final, NoReturn

import openvino
from openvino.frontend import FrontEndManager
from openvino.passes import ConstantFolding, Manager

from shared.errors import BirdsError, Code
from shared.vision.bundle import InputSpec
from shared.vision.precision import Precision
from shared.vision.stored_graph import StoredGraph

_FLOATS: Final = (openvino.Type.f32, openvino.Type.f16)
_ELSEWHERE: Final = ("externally stored data", "outside the base directory")
"""What OpenVINO says of weights in another file."""


def openvino_graph(model: StoredGraph) -> openvino.Model:
    """From (N, 3, size, size) floats to (N, classes); N is dynamic, or the only one that the graph can do.

    A graph of ours may have a second output: how far each place stands out, (N, h, w).

    Raises BirdsError (no-model) where the file is no ONNX, needs other files or does something else.
    """
    graph = _read(model)
    if len(graph.inputs) != 1:
        _refuse(model, f"takes {len(graph.inputs)} inputs, not photos alone")
    if len(graph.outputs) != 1 and (model.weights is None or len(graph.outputs) != 2):
        _refuse(model, f"gives {len(graph.outputs)} outputs, not logits alone")
    _feed_photos(model, graph)
    _check_logits(model, graph)
    return graph


def taking_photos(graph: openvino.Model, spec: InputSpec) -> openvino.Model:
    """The same for uint8 photos (N, size, size, 3) as they are, its outputs floats.

    Turning planes and normalising are part of what is compiled.
    """
    steps = openvino.preprocess.PrePostProcessor(graph)
    tensor = steps.input()
    tensor.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    tensor.model().set_layout(openvino.Layout("NCHW"))
    tensor.preprocess().convert_element_type(openvino.Type.f32)
    tensor.preprocess().mean([255 * value for value in spec.mean]).scale([255 * value for value in spec.std])
    for place in range(len(graph.outputs)):
        steps.output(place).tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def precision_hint(precision: Precision) -> dict[str, str]:
    """What OpenVINO has to be told: left to itself it would take bf16 wherever the CPU has it.

    An int8 graph says itself what of it is computed so; the rest is fp32.
    """
    return {"INFERENCE_PRECISION_HINT": "bf16" if precision is Precision.BF16 else "f32"}


def computes_in_bf16() -> bool:
    """Whether this CPU has instructions for it: elsewhere it is emulated, or not done at all."""
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def fixed_batch(graph: openvino.Model) -> int | None:
    """Photos that the graph takes at a time; None: any number."""
    first: openvino.Dimension = graph.input().get_partial_shape()[0]
    return None if first.is_dynamic else int(first.get_length())


def _read(model: StoredGraph) -> openvino.Model:
    """By the frontend of its format alone: `read_model` would try whatever the bytes may be."""
    if model.path.suffix == ".xml":
        return _loaded(model, model.path, "ir")  # which looks for its tensors beside it, by its name
    if model.weights is not None:
        return _loaded(model, model.path)  # all it can reach is its folder, which we know
    # In a folder of its own, so that other files, which no digest covers, are out of its reach.
    with tempfile.TemporaryDirectory(prefix="birds-onnx-") as alone:
        path = Path(alone) / model.path.name
        path.symlink_to(model.path.absolute())
        return _loaded(model, path)


def _loaded(model: StoredGraph, path: Path, framework: str = "onnx") -> openvino.Model:
    frontend = FrontEndManager().load_by_framework(framework)
    try:
        graph = frontend.convert(frontend.load(str(path)))
    except Exception as error:  # OpenVINO's own have no base in common
        said = str(error)
        if any(words in said for words in _ELSEWHERE):
            _refuse(model, "keeps its weights in another file (external data); export it as one", error)
        _refuse(model, f"cannot be read as {framework.upper()}: {_last_line(said)}", error)
    if framework == "onnx":
        _unpack(graph)
    return graph


def _unpack(graph: openvino.Model) -> None:
    """Packed weights become floats here, once: left to the CPU plugin, OpenVINO up to 2026.0 can't multiply
    with some of them, and later ones answer nonsense with them in several streams."""
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(graph)


def _feed_photos(model: StoredGraph, graph: openvino.Model) -> None:
    """Fix what the graph leaves open, but for the number of photos."""
    side = model.bundle.input.size
    photos = graph.input()
    given = photos.get_partial_shape()
    wanted = openvino.PartialShape([-1, 3, side, side])
    if photos.get_element_type() not in _FLOATS:
        _refuse(model, f"takes {photos.get_element_type().get_type_name()}, not floats")
    if not given.compatible(wanted):
        _refuse(model, f"takes {given}, not (N, 3, {side}, {side})")
    batch = -1 if given.rank.is_dynamic or given[0].is_dynamic else given[0].get_length()
    _reshape(model, graph, batch)
    logits = graph.output(0).get_partial_shape()
    if batch == -1 and logits.rank.is_static and len(logits) and logits[0].is_static:
        _reshape(model, graph, logits[0].get_length())  # the exporter wrote its own batch into the graph


def _reshape(model: StoredGraph, graph: openvino.Model, batch: int) -> None:
    side = model.bundle.input.size
    try:
        graph.reshape(openvino.PartialShape([batch, 3, side, side]))
    except RuntimeError as error:
        _refuse(model, f"does not take (N, 3, {side}, {side}): {_last_line(str(error))}", error)


def _check_logits(model: StoredGraph, graph: openvino.Model) -> None:
    logits = graph.output(0)
    classes = len(model.bundle.classes)
    wanted = openvino.PartialShape([graph.input().get_partial_shape()[0], classes])
    shape = logits.get_partial_shape()
    if shape.rank.is_dynamic or len(shape) != 2 or shape[1].is_dynamic or not shape.compatible(wanted):
        _refuse(model, f"gives {shape}, not (N, {classes}), a logit for each class of its bundle")
    if logits.get_element_type() not in _FLOATS:
        _refuse(model, f"gives {logits.get_element_type().get_type_name()}, not floats")


def _refuse(model: StoredGraph, what: str, error: Exception | None = None) -> NoReturn:
    raise BirdsError(Code.NO_MODEL, f"{model.path.name} of {model.bundle.id} {what.rstrip('.')}.") from error


def _last_line(said: str) -> str:
    """OpenVINO begins with places in its own source, and ends with what is wrong."""
    return (said.strip().splitlines() or ["no reason given"])[-1]
