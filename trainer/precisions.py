"""How a model answers in each precision that OpenVINO has for it on this machine, beside fp32."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import openvino
from numpy.typing import NDArray

from shared.vision.agreement import agreement
from shared.vision.answers import Answerer
from shared.vision.bundle import DIGESTS, Bundle, read_bundle, write_bundle
from shared.vision.doubt import in_doubt
from shared.vision.openvino_graph import computes_in_bf16, openvino_graph, precision_hint, taking_photos
from shared.vision.precision import Agreement, Precision
from shared.vision.stored_graph import has_graph, load_graph
from trainer.data.data_set import DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation.predict import BATCH, pixels_of
from trainer.quantise import drop_int8, write_int8

CALIBRATED_ON: Final = "valid"


def write_precisions(folder: Path, data: DataSet, split: str) -> Bundle:
    """Gives a bundle with a graph one for int8, and tells in `bundle.json` how far each precision agrees.

    A graph for int8 that agrees too little is not kept. bf16 is measured where this processor has it.
    Raises BirdsError and DataSetError.
    """
    write_int8(folder, _paths(data, CALIBRATED_ON))
    found = measured(folder, _paths(data, split))
    reference = found.pop(Precision.FP32)
    bundle = read_bundle(folder)
    name = f"{data.folder.name}/{split}"
    figures = {one: agreement(bundle, reference, logits, name) for one, logits in found.items()}
    if Precision.BF16 in found:
        figures[Precision.CHECKED] = _checked(bundle, reference, found[Precision.BF16], name)
    bundle = write_bundle(folder, agreement=figures, **bundle.model_dump(exclude={*DIGESTS, "agreement"}))
    return bundle if figures[Precision.INT8].is_enough(Precision.INT8) else drop_int8(folder)


def _checked(
    bundle: Bundle, reference: NDArray[np.float32], quick: NDArray[np.float32], name: str
) -> Agreement:
    rows = in_doubt(Answerer(bundle), quick)
    logits = quick.copy()
    logits[rows] = reference[rows]
    found = agreement(bundle, reference, logits, name)
    return found.model_copy(update={"again": round(len(rows) / len(quick), 4)})


def measured(folder: Path, paths: Sequence[Path]) -> dict[Precision, NDArray[np.float32]]:
    """Logits (N, classes) by precision; of one look at each photo. Raises BirdsError."""
    bundle = read_bundle(folder)
    ways = [Precision.FP32, *([Precision.BF16] if computes_in_bf16() else [])]
    if has_graph(bundle, Precision.INT8):
        ways.append(Precision.INT8)
    compiled = {precision: _compiled(folder, precision) for precision in ways}
    found: dict[Precision, list[NDArray[np.float32]]] = {precision: [] for precision in compiled}
    for start in range(0, len(paths), BATCH):
        photos = pixels_of(paths[start : start + BATCH], bundle.input.preprocessing)
        for precision, model in compiled.items():
            found[precision].append(np.array(model(photos)[0], np.float32))
    return {precision: np.concatenate(parts) for precision, parts in found.items()}


def _compiled(folder: Path, precision: Precision) -> openvino.CompiledModel:
    model = load_graph(folder, precision)
    graph = taking_photos(openvino_graph(model), model.bundle.input)
    return openvino.compile_model(graph, "CPU", precision_hint(precision))


def _paths(data: DataSet, split: str) -> list[Path]:
    found = [example.path for example in data.of(split)]
    if not found:
        raise DataSetError(f"{data.folder} has no photos in {split}")
    return found
