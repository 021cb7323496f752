"""`scripts/engines`: how far each engine and precision agrees with torch in fp32, and photos a second.

All engines are open at once and timed in turn, round after round: what else the machine does then slows each
of them alike, and medians of ratios to the first one mean something on a shared machine.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scripts.benchmark.model import folder_of
from shared.vision.agreement import agreement
from shared.vision.bundle import Bundle, WeightsFile, read_bundle
from shared.vision.precision import Precision
from shared.vision.stored_graph import has_graph
from trainer.data.data_set import read_data_set
from trainer.evaluation.predict import pixels_of
from trainer.graph import write_graph
from trainer.precisions import CALIBRATED_ON
from trainer.quantise import write_int8
from worker.engines.choose import EngineKind, choose, ways_on_cpu
from worker.engines.engine import Engine
from worker.engines.measured import photos_per_s
from worker.engines.same import textures
from worker.engines.shape import Shape

BATCH: Final = 8
ROUNDS: Final = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/engines", description=__doc__)
    parser.add_argument("model", help="its reference: birds525, starter, timm:NAME, folder:PATH")
    parser.add_argument("data", type=Path, help="data set; int8 is made with its valid/")
    parser.add_argument("split", nargs="?", default="test")
    given = parser.parse_args()
    data = read_data_set(given.data)
    with tempfile.TemporaryDirectory() as place:
        folder = _with_int8(folder_of(given.model), Path(place), [one.path for one in data.of(CALIBRATED_ON)])
        bundle = read_bundle(folder)
        logits = _answers(_engines(folder, bundle), bundle, [one.path for one in data.of(given.split)])
        speeds = _speeds(_engines(folder, bundle, timed=True), bundle)
    _print(bundle, logits, speeds, f"{data.folder.name}/{given.split}")


def _with_int8(model: Path, place: Path, paths: Sequence[Path]) -> Path:
    """A copy that has whatever graph can be made of it."""
    folder = shutil.copytree(model, place / "model")
    bundle = read_bundle(folder)
    if not has_graph(bundle):
        write_graph(folder)
    if not has_graph(bundle, Precision.INT8):
        write_int8(folder, paths)
    return folder


def _engines(folder: Path, bundle: Bundle, *, timed: bool = False) -> dict[str, Engine]:
    """The reference first; `timed`: those that take with drawn photos as long as with real ones."""
    shape = Shape(os.cpu_count() or 1, BATCH)
    ways = ways_on_cpu(folder, bundle)
    opened = {name: (way.timed if timed and way.timed else way.open)(shape) for name, way in ways.items()}
    if bundle.weights_file is not WeightsFile.ONNX:
        torch = choose(
            folder, kind=EngineKind.TORCH, device="cpu", precision=Precision.FP32, batch_size=BATCH
        ).engine
        opened = {"torch fp32": torch, **opened}
    return opened


def _answers(
    engines: dict[str, Engine], bundle: Bundle, paths: Sequence[Path]
) -> dict[str, NDArray[np.float32]]:
    """Logits (N, classes) of one look at each photo."""
    found: dict[str, list[NDArray[np.float32]]] = {name: [] for name in engines}
    for start in range(0, len(paths), BATCH):
        photos = pixels_of(paths[start : start + BATCH], bundle.input.preprocessing)
        for name, engine in engines.items():
            found[name].append(engine.look(photos).logits)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _speeds(engines: dict[str, Engine], bundle: Bundle) -> list[dict[str, float]]:
    """Photos a second by engine, in each round."""
    photos = textures(bundle.input.size)
    return [
        {name: photos_per_s(engine, photos, BATCH) for name, engine in engines.items()} for _ in range(ROUNDS)
    ]


def _print(
    bundle: Bundle, logits: dict[str, NDArray[np.float32]], speeds: list[dict[str, float]], data: str
) -> None:
    reference, *_ = logits
    passes = f"{os.cpu_count()} passes of {BATCH}"
    print(
        f"{bundle.id} on {len(logits[reference]):,} photos of {data}; {passes}, medians of {ROUNDS} rounds\n"
    )
    print("| engine | same first answer | same bird probability | widest gap | photos/s | x the first |")
    print("|---|---|---|---|---|---|")
    for name, found in logits.items():
        told = agreement(bundle, logits[reference], found, data)
        speed = median(turn[name] for turn in speeds)
        ratio = median(turn[name] / turn[reference] for turn in speeds)
        shares = f"{told.same_first:.2%} | {told.same_bird:.2%} | {told.bird_gap:.3f}"
        print(f"| {name} | {shares} | {speed:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
