"""A bundle as an ONNX graph. Needs neither torch nor a runtime: the engine reads the graph."""

from dataclasses import dataclass
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import GRAPH_FILE, Bundle, WeightsFile, check_files, read_bundle


@dataclass(frozen=True, slots=True)
class OnnxModel:
    bundle: Bundle
    path: Path
    """The graph, whose bytes are those that the bundle names."""
    weights: Path | None = None
    """Where the graph's tensors lie; None where it holds them itself."""


def has_graph(bundle: Bundle) -> bool:
    """Whether `load_onnx` takes it, so that it runs without torch."""
    return bundle.weights_file is WeightsFile.ONNX or bundle.graph_sha256 is not None


def load_onnx(folder: Path) -> OnnxModel:
    """Raises BirdsError (no-model): no bundle, none with a graph, or other files than it names."""
    bundle = read_bundle(folder)
    if not has_graph(bundle):
        raise BirdsError(Code.NO_MODEL, f"{bundle.id} has its weights in {bundle.weights_file}, not in ONNX.")
    check_files(folder, bundle)
    weights = folder / bundle.weights_file
    if bundle.weights_file is WeightsFile.ONNX:
        return OnnxModel(bundle, weights)
    return OnnxModel(bundle, folder / GRAPH_FILE, weights)
