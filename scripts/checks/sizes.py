"""`scripts/sizes`: parameters, megabytes and macro-F1 of models in fp32, fp16 and int8, as a table."""

import argparse
import tempfile
from pathlib import Path

import torch

from shared.vision.bundle import WEIGHTS_FILE
from shared.vision.loading import load
from shared.vision.packing import Packing
from trainer.data.data_set import DataSet, read_data_set
from trainer.evaluation.measure import measure
from trainer.export import export


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/sizes", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("split")
    parser.add_argument("models", type=Path, nargs="+", metavar="model", help="folder of a bundle")
    given = parser.parse_args()
    data = read_data_set(given.data)
    print(f"| model | million parameters | weights | MB | macro-F1, {given.split} |")
    print("|---|---|---|---|---|")
    for folder in given.models:
        with tempfile.TemporaryDirectory() as place:
            for packing in (None, Packing.FP16, Packing.INT8):
                print(row(packed(folder, Path(place), packing), packing, data, given.split), flush=True)


def packed(folder: Path, place: Path, packing: Packing | None) -> Path:
    if packing is None:
        return folder
    export(folder, place / packing, packing)
    return place / packing


def row(folder: Path, packing: Packing | None, data: DataSet, split: str) -> str:
    evaluation, _ = measure(folder, data, split, torch.device("cpu"))
    millions = sum(weights.numel() for weights in load(folder).module.parameters()) / 1e6
    megabytes = (folder / WEIGHTS_FILE).stat().st_size / 1e6
    cells = (evaluation.model, f"{millions:.2f}", packing or "fp32", f"{megabytes:.1f}", evaluation.macro_f1)
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
