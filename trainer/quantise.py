"""A model's graph for int8: weights and activations of eight bits (post-training quantisation)."""

import logging
import random
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.vision.bundle import DIGESTS, INT8_FILES, Bundle, read_bundle, write_bundle
from shared.vision.openvino_graph import openvino_graph
from shared.vision.stored_graph import load_graph
from trainer.evaluation.predict import pixels_of

CALIBRATION: Final = 300  # photos, as NNCF's makers have it; each is computed once in fp32


def write_int8(folder: Path, paths: Sequence[Path]) -> Bundle:
    """Writes INT8_FILES into the folder of a bundle with a graph, and their digests into `bundle.json`.

    Of `paths` CALIBRATION tell the range of each activation. Raises BirdsError (no-model, or a file that is
    no photo).
    """
    import nncf
    import openvino

    model = load_graph(folder)
    spec = model.bundle.input
    some = random.Random(0).sample(list(paths), min(CALIBRATION, len(paths)))
    normalised = ((pixels_of(some, spec.preprocessing) / 255 - spec.mean) / spec.std).astype(np.float32)
    logging.getLogger("nncf").setLevel(logging.WARNING)
    with redirect_stdout(sys.stderr):  # where its bars of progress belong
        quantised = nncf.quantize(
            openvino_graph(model),
            nncf.Dataset(_one_by_one(normalised)),
            preset=nncf.QuantizationPreset.MIXED,  # activations with a zero point: those of GELU are lopsided
            subset_size=len(some),
        )
    openvino.save_model(quantised, folder / INT8_FILES[0], compress_to_fp16=False)
    return write_bundle(folder, **read_bundle(folder).model_dump(exclude=set(DIGESTS)))


def drop_int8(folder: Path) -> Bundle:
    for name in INT8_FILES:
        (folder / name).unlink(missing_ok=True)
    return write_bundle(folder, **read_bundle(folder).model_dump(exclude=set(DIGESTS)))


def _one_by_one(photos: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """(1, 3, H, W) each: graphs take any number of photos, and statistics are of one."""
    return [photo.transpose(2, 0, 1)[None] for photo in photos]
