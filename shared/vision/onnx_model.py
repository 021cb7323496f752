"""A bundle whose weights are an ONNX file. Needs neither torch nor a runtime: the engine reads the graph."""

from dataclasses import dataclass
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import Bundle, WeightsFile, check_weights, read_bundle


@dataclass(frozen=True, slots=True)
class OnnxModel:
    bundle: Bundle
    path: Path
    """The file, whose bytes are those that the bundle names."""


def load_onnx(folder: Path) -> OnnxModel:
    """Raises BirdsError (no-model): no bundle, one of torch's, or another file than it names."""
    bundle = read_bundle(folder)
    if bundle.weights_file is not WeightsFile.ONNX:
        raise BirdsError(Code.NO_MODEL, f"{bundle.id} has its weights in {bundle.weights_file}, not in ONNX.")
    check_weights(folder, bundle)
    return OnnxModel(bundle, folder / WeightsFile.ONNX)
