"""`scripts/ablate`: trains models that differ in one thing each; runs that are finished are not repeated.

birds-train hold-out …/birds525 var/train/birds26 && scripts/ablate birds26 var/train/birds26 var/train
birds-train field-guide var/rare --most 200 --least 6 && scripts/ablate balance var/rare var/balance
"""

import argparse
import subprocess
import sys
from pathlib import Path

from scripts.ablation.studies import STUDIES, Run
from shared.vision.bundle import read_bundle
from trainer.evaluation.evaluate import Evaluation


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/ablate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path, help="where runs are kept, to go on after a stop")
    given = parser.parse_args()
    study = STUDIES[given.study]
    print(f"| model | {' | '.join(f'macro-F1, {split}' for split in study.splits)} | epochs' best on valid |")
    print("|---" * (2 + len(study.splits)) + "|")
    for run in study.runs:
        out = given.folder / run.name
        train(run, given.data, out)
        found = [evaluation(out, given.data, split) for split in study.splits]
        best = read_bundle(out / "model").metrics["valid_macro_f1"]
        print(f"| {run.what} | {' | '.join(str(one.macro_f1) for one in found)} | {best:.3f} |", flush=True)


def train(run: Run, data: Path, out: Path) -> None:
    words = [word for change in run.changes for word in ("--set", change)]
    if run.taught_by:
        words += ["--teacher", str(out.parent / run.taught_by / "model")]
    birds_train("student" if run.taught_by else "teacher", run.recipe, data, out, *words)


def evaluation(out: Path, data: Path, split: str) -> Evaluation:
    """Measured anew where the weights are others than those that were."""
    path = out / split / "evaluation.json"
    if path.exists():
        found = Evaluation.model_validate_json(path.read_bytes())
        if found.weights_sha256 == read_bundle(out / "model").weights_sha256:
            return found
    birds_train("evaluate", out / "model", data, "--split", split, "--out", out / split)
    return Evaluation.model_validate_json(path.read_bytes())


def birds_train(*arguments: str | Path) -> None:
    """Its own words go to standard error, and the table to standard output."""
    program = Path(sys.executable).with_name("birds-train")
    subprocess.run([program, *arguments], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
