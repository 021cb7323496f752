"""The features below a graph's head: what goes into the last matrix product that makes the logits."""

from typing import Final

import openvino
from openvino import opset13

_PRODUCTS: Final = ("MatMul", "Convolution")
"""A linear layer, and one that is written as a convolution of a single place."""
_QUANTISED: Final = "FakeQuantize"
_FAR: Final = (
    16  # steps from the logits: a bias, a scale, a softmax, changes of shape; what is farther is no head
)


def add_features(graph: openvino.Model) -> bool:
    """A further output, the last one: (N, width). False where another exporter's head is not to be found."""
    product = _last_product(graph.output(0))
    below = None if product is None else _varying(product)
    if below is None:
        return False
    while below.get_node().get_type_name() == _QUANTISED:  # of an int8 graph: as they were
        below = below.get_node().input_value(0)
    shape = below.get_partial_shape()
    if shape.rank.is_static and len(shape) == 4:  # a map, whose places are looked at alike
        below = opset13.reduce_mean(below, [2, 3], keep_dims=False).output(0)
        shape = below.get_partial_shape()
    if shape.rank.is_dynamic or len(shape) != 2 or shape[1].is_dynamic:
        return False
    graph.add_outputs([below])
    return True


def _last_product(logits: openvino.Output) -> openvino.Node | None:
    """Where more than one thing that varies makes the logits, there is no such head."""
    at: openvino.Output | None = logits.get_node().input_value(0)  # what the Result is of
    for _ in range(_FAR):
        if at is None:
            return None
        node = at.get_node()
        if node.get_type_name() in _PRODUCTS:
            return node
        at = _varying(node)
    return None


def _varying(node: openvino.Node) -> openvino.Output | None:
    """The one input that is not the same for all photos; None where there is none, or more than one."""
    varying = [one for one in node.input_values() if not _is_constant(one)]
    return varying[0] if len(varying) == 1 else None


def _is_constant(value: openvino.Output) -> bool:
    """Packed weights are computed from constants."""
    node = value.get_node()
    inputs = node.input_values()
    if not inputs:
        return bool(node.get_type_name() == "Constant")
    return all(map(_is_constant, inputs))
