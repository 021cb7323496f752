"""An ONNX file as OpenVINO's graph: from any exporter, if it takes photos and gives logits of classes."""

import tempfile
from pathlib import Path
from typing import Final, NoReturn

import openvino
from openvino.frontend import FrontEndManager

from shared.errors import BirdsError, Code
from shared.vision.onnx_model import OnnxModel

_FLOATS: Final = (openvino.Type.f32, openvino.Type.f16)
_ELSEWHERE: Final = ("externally stored data", "outside the base directory")
"""What OpenVINO says of weights in another file."""


def onnx_graph(model: OnnxModel) -> openvino.Model:
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


def fixed_batch(graph: openvino.Model) -> int | None:
    """Photos that the graph takes at a time; None: any number."""
    first: openvino.Dimension = graph.input().get_partial_shape()[0]
    return None if first.is_dynamic else int(first.get_length())


def _read(model: OnnxModel) -> openvino.Model:
    """By the frontend of ONNX alone: `read_model` would try whatever format the bytes may be in."""
    if model.weights is not None:
        return _loaded(model, model.path)  # its folder is all that it can reach, and we have looked at that
    # In a folder of its own, so that other files, which no digest covers, are out of its reach.
    with tempfile.TemporaryDirectory(prefix="birds-onnx-") as alone:
        path = Path(alone) / model.path.name
        path.symlink_to(model.path.absolute())
        return _loaded(model, path)


def _loaded(model: OnnxModel, path: Path) -> openvino.Model:
    frontend = FrontEndManager().load_by_framework("onnx")
    try:
        return frontend.convert(frontend.load(str(path)))
    except Exception as error:  # OpenVINO's own have no base in common
        said = str(error)
        if any(words in said for words in _ELSEWHERE):
            _refuse(model, "keeps its weights in another file (external data); export it as one", error)
        _refuse(model, f"cannot be read as ONNX: {_last_line(said)}", error)


def _feed_photos(model: OnnxModel, graph: openvino.Model) -> None:
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


def _reshape(model: OnnxModel, graph: openvino.Model, batch: int) -> None:
    side = model.bundle.input.size
    try:
        graph.reshape(openvino.PartialShape([batch, 3, side, side]))
    except RuntimeError as error:
        _refuse(model, f"does not take (N, 3, {side}, {side}): {_last_line(str(error))}", error)


def _check_logits(model: OnnxModel, graph: openvino.Model) -> None:
    logits = graph.output(0)
    classes = len(model.bundle.classes)
    wanted = openvino.PartialShape([graph.input().get_partial_shape()[0], classes])
    shape = logits.get_partial_shape()
    if shape.rank.is_dynamic or len(shape) != 2 or shape[1].is_dynamic or not shape.compatible(wanted):
        _refuse(model, f"gives {shape}, not (N, {classes}), a logit for each class of its bundle")
    if logits.get_element_type() not in _FLOATS:
        _refuse(model, f"gives {logits.get_element_type().get_type_name()}, not floats")


def _refuse(model: OnnxModel, what: str, error: Exception | None = None) -> NoReturn:
    raise BirdsError(Code.NO_MODEL, f"{model.path.name} of {model.bundle.id} {what.rstrip('.')}.") from error


def _last_line(said: str) -> str:
    """OpenVINO begins with places in its own source, and ends with what is wrong."""
    return (said.strip().splitlines() or ["no reason given"])[-1]
