"""An evaluation as files: JSON for programs, CSV for a spreadsheet."""

import csv
from pathlib import Path

from trainer.evaluation.evaluate import Evaluation, SpeciesScore


def write_evaluation(evaluation: Evaluation, folder: Path) -> None:
    """Write `evaluation.json` and `species.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(evaluation.model_dump_json(indent=2) + "\n")
    with (folder / "species.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(SpeciesScore.model_fields))
        table.writeheader()
        table.writerows(one.model_dump() for one in evaluation.by_species)
