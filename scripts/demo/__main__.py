"""`scripts/demo-student`: from drawn birds to a student that serves, with a table of how good each is."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.checks.served_f1 import Served, run, serve, started
from scripts.throwaway import ROOT

FOLDER = ROOT / "var" / "demo"
GUIDE = ("--species", "8", "--most", "300", "--least", "80")
TEACHER = ("--set", "input.size=96", "--set", "schedule.epochs=3")  # as many pixels as the student has
STUDENT = "field-guide-student"
EQUAL = 0.0005  # of F1, in a table of three digits

console = Console()


def main() -> None:
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    data = FOLDER / "guide"
    with told("draw birds that do not exist"):
        birds_train("field-guide", data, *GUIDE)
    with told("train a teacher"):
        birds_train("teacher", "field-guide-teacher", data, FOLDER / "teacher", *TEACHER)
    with told("train a student with it, and the same one without it"):
        side_by_side(
            ("student", STUDENT, data, FOLDER / "student", "--teacher", model("teacher")),
            ("teacher", STUDENT, data, FOLDER / "untaught", "--set", "model.name=untaught"),
        )
    with told("evaluate all three"):
        found = {name: evaluated(data, name) for name in ("teacher", "student", "untaught")}
    with told("publish, promote while a batch is in flight, classify"):
        answers = serve(model("student"), data, "test")
    is_equal = report(found, answers)
    console.print(
        f"{time.monotonic() - began:.0f} s in all; models and reports are in {FOLDER.relative_to(ROOT)}"
    )
    raise SystemExit(0 if is_equal else 1)


def birds_train(*arguments: str | Path) -> None:
    run("birds-train", *arguments)


def side_by_side(*commands: tuple[str | Path, ...]) -> None:
    """On a core each: two threads that wait for each other in every layer of a small net do half as much."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    processes = [started("birds-train", *command, environment=environment) for command in commands]
    if any([process.wait() for process in processes]):
        raise SystemExit("a training failed")


def model(name: str) -> Path:
    return FOLDER / name / "model"


def evaluated(data: Path, name: str) -> dict[str, Any]:
    out = FOLDER / name / "test"
    birds_train("evaluate", model(name), data, "--out", out)
    found: dict[str, Any] = json.loads((out / "evaluation.json").read_text())
    return found


def report(found: dict[str, dict[str, Any]], answers: Served) -> bool:
    """Print the table; returns whether the service serves what was evaluated."""
    table = Table("model", "macro-F1", "95 % interval", title="Unseen drawn birds")
    for name in ("teacher", "student", "untaught"):
        score = found[name]["macro_f1"]
        table.add_row(name, f"{score['value']:.3f}", f"{score['low']:.3f} to {score['high']:.3f}")
    table.add_row("student, served", f"{answers.macro_f1:.3f}", ", ".join(answers.models))
    console.print(table)
    student = found["student"]
    is_whole = answers.photos == student["photos"] and set(answers.models) == {f"{STUDENT}@1"}
    is_equal = abs(answers.macro_f1 - student["macro_f1"]["value"]) <= EQUAL
    if not (is_whole and is_equal):
        console.print("The service does not serve what was evaluated.")
    return is_whole and is_equal


@contextmanager
def told(what: str) -> Iterator[None]:
    began = time.monotonic()
    console.print(f"{what} ...", end=" ", highlight=False)
    yield
    console.print(f"{time.monotonic() - began:.0f} s", highlight=False)


if __name__ == "__main__":
    main()
