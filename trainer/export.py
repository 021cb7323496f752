"""A bundle with the same answers, nearly, in fewer bytes."""

from pathlib import Path

from safetensors.torch import load_file

from shared.errors import BirdsError, Code
from shared.vision.bundle import OF_WEIGHTS, WEIGHTS_FILE, Bundle, WeightsFile, check_files, read_bundle
from shared.vision.loading import save
from shared.vision.packing import Packing, packed, unpacked


def export(folder: Path, out: Path, packing: Packing) -> Bundle:
    """Version `1` becomes `1-int8`; workers run it as any other. Raises BirdsError (no-model)."""
    bundle = read_bundle(folder)
    if bundle.weights_file is not WeightsFile.SAFETENSORS:
        raise BirdsError(Code.NO_MODEL, f"{bundle.id} is an ONNX model; its exporter alone can pack it.")
    check_files(folder, bundle)
    weights = packed(unpacked(load_file(folder / WEIGHTS_FILE)), packing)
    fields = bundle.model_dump(exclude={*OF_WEIGHTS, "version"})
    return save(out, weights, version=f"{bundle.version}-{packing}", **fields)
