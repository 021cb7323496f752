"""A bundle as a graph in a file. Needs neither torch nor a runtime: the engine reads the graph."""

from dataclasses import dataclass
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import GRAPH_FILE, INT8_FILES, Bundle, WeightsFile, check_files, read_bundle
from shared.vision.precision import Precision


@dataclass(frozen=True, slots=True)
class StoredGraph:
    bundle: Bundle
    path: Path
    """The graph, whose bytes are those that the bundle names: ONNX, or OpenVINO's own format (.xml)."""
    weights: Path | None = None
    """Where the graph's tensors lie; None where it holds them itself."""


def has_graph(bundle: Bundle, precision: Precision = Precision.FP32) -> bool:
    """Whether `load_graph` takes it, so that it runs without torch."""
    if precision is Precision.INT8:
        return bundle.int8_sha256 is not None
    return bundle.weights_file is WeightsFile.ONNX or bundle.graph_sha256 is not None


def load_graph(folder: Path, precision: Precision = Precision.FP32) -> StoredGraph:
    """Of the one graph for floats, or that for int8.

    Raises BirdsError (no-model): no bundle, none with such a graph, or other files than it names.
    """
    bundle = read_bundle(folder)
    if not has_graph(bundle, precision):
        raise BirdsError(Code.NO_MODEL, _lack(bundle, precision))
    check_files(folder, bundle)
    if precision is Precision.INT8:
        graph, tensors = INT8_FILES
        return StoredGraph(bundle, folder / graph, folder / tensors)
    weights = folder / bundle.weights_file
    if bundle.weights_file is WeightsFile.ONNX:
        return StoredGraph(bundle, weights)
    return StoredGraph(bundle, folder / GRAPH_FILE, weights)


def _lack(bundle: Bundle, precision: Precision) -> str:
    if precision is Precision.INT8:
        return f"{bundle.id} has no graph for int8; `birds-train graph --photos` makes one."
    return f"{bundle.id} has its weights in {bundle.weights_file}, not in ONNX."
