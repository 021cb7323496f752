"""`scripts/served-f1`: is what the service answers as good as what was evaluated?

Macro-F1 of the answers in an export of `birds classify --csv`, beside that of `birds-train evaluate` on the
same photos.
"""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shared.vision.species import title_case
from trainer.evaluation.evaluate import Evaluation
from trainer.evaluation.metrics import macro_f1

WANTED = 0.002  # of F1: a photo whose two best species are all but equal may fall to either


@dataclass(frozen=True, slots=True)
class Served:
    """What an export says."""

    photos: int
    macro_f1: float
    models: dict[str, int]  # photos by the model that answered


def served(export: Path, species: list[str]) -> Served:
    """A photo's right species is the folder that it lies in. `species` are the model's."""
    with export.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "done"]
    place = {name: number for number, name in enumerate(species)}
    labels = np.array([place[title_case(Path(row["name"]).parent.name)] for row in rows])
    guesses = np.array([place[row["species"]] for row in rows])
    models: dict[str, int] = {}
    for row in rows:
        models[row["model"]] = models.get(row["model"], 0) + 1
    return Served(len(rows), macro_f1(guesses, labels, len(species)), models)


def main() -> None:
    export, evaluation = Path(sys.argv[1]), Evaluation.model_validate_json(Path(sys.argv[2]).read_bytes())
    found = served(export, [one.species for one in evaluation.by_species])
    apart = abs(found.macro_f1 - evaluation.macro_f1.value)
    for model, photos in found.models.items():
        print(f"{photos:,} photos answered by {model}")
    print(f"macro-F1 served {found.macro_f1:.4f}, evaluated {evaluation.macro_f1.value:.4f}", end=", ")
    print(f"apart by {100 * apart:.2f} points")
    raise SystemExit(0 if apart <= WANTED and found.photos == evaluation.photos else 1)


if __name__ == "__main__":
    main()
