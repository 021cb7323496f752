"""`scripts/demo-student`: from drawn birds to a student that serves, with a table of how good each is."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from rich.console import Console
from rich.table import Table

from scripts.checks.served_f1 import Served, served
from scripts.embedded.throwaway import ROOT, throwaway_stack

FOLDER = ROOT / "var" / "demo"
GUIDE = ("--species", "8", "--most", "300", "--least", "80")
SIDE = "96"  # pixels of the teacher: it serves views of the student's size, which are smaller still
TEACHER_EPOCHS = "3"
EQUAL = 0.0005  # of F1, in a table of three digits
SWITCH_TIMEOUT_S = 60  # a worker polls, loads and warms up a model, on a busy machine

console = Console()


def main() -> None:
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    data = FOLDER / "guide"
    with told("draw birds that do not exist"):
        train("field-guide", data, *GUIDE)
    with told("train a teacher"):
        train("teacher", "field-guide-teacher", data, FOLDER / "teacher",
              "--set", f"input.size={SIDE}", "--set", f"schedule.epochs={TEACHER_EPOCHS}")  # fmt: skip
    with told("train a student with it"):
        train("student", "field-guide-student", data, FOLDER / "student", "--teacher", model("teacher"))
    with told("train the same student without it"):
        train("teacher", "field-guide-student", data, FOLDER / "untaught", "--set", "model.name=untaught")
    with told("evaluate all three"):
        found = {name: evaluated(data, name) for name in ("teacher", "student", "untaught")}
    with told("publish, promote, classify"):
        answers = through_the_service(data, [one["species"] for one in found["student"]["by_species"]])
    is_equal = report(found, answers)
    console.print(
        f"{time.monotonic() - began:.0f} s in all; models and reports are in {FOLDER.relative_to(ROOT)}"
    )
    raise SystemExit(0 if is_equal else 1)


def model(name: str) -> Path:
    return FOLDER / name / "model"


def train(*arguments: str | Path) -> None:
    run("birds-train", *arguments)


def run(name: str, *arguments: str | Path) -> None:
    """One of our commands, without what it prints."""
    program = Path(sys.executable).with_name(name)
    subprocess.run([program, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def evaluated(data: Path, name: str) -> dict[str, Any]:
    out = FOLDER / name / "test"
    train("evaluate", model(name), data, "--out", out)
    found: dict[str, Any] = json.loads((out / "evaluation.json").read_text())
    return found


def through_the_service(data: Path, species: list[str]) -> Served:
    """Of the unseen birds, by a stack of its own that runs the student."""
    export = FOLDER / "answers.csv"
    # fp32, as it was evaluated: bf16 would move photos whose two best species are all but equal.
    with throwaway_stack(FOLDER / "stack", "--port", "5998", BIRDS_PRECISION="fp32") as stack:
        here = ("--data", FOLDER / "stack")
        card = ("--evaluation", FOLDER / "student/test/evaluation.json")
        run("birds-train", "publish", model("student"), *card, *here)
        run("birds", "models", "promote", "field-guide-student@1", *here)
        wait_for_model(stack, "field-guide-student")
        run("birds", "classify", data / "test", "--csv", export, *here)
    return served(export, species)


def wait_for_model(stack: dict[str, Any], name: str) -> None:
    """Workers look for a promoted model every few seconds: no event of theirs reaches us."""
    request = Request(f"{stack['url']}/v1/models", headers={"Authorization": f"Bearer {stack['key']}"})
    deadline = time.monotonic() + SWITCH_TIMEOUT_S
    while time.monotonic() < deadline:
        with urlopen(request) as response:  # our own server
            models = json.load(response)["models"]
        if any(one["active"] and one["name"] == name for one in models):
            return
        time.sleep(0.2)
    raise SystemExit(f"no worker has loaded {name} within {SWITCH_TIMEOUT_S} s")


def report(found: dict[str, dict[str, Any]], answers: Served) -> bool:
    """Print the table; returns whether the service serves what was evaluated."""
    table = Table("model", "macro-F1", "95 % interval", title="Unseen drawn birds")
    for name in ("teacher", "student", "untaught"):
        score = found[name]["macro_f1"]
        table.add_row(name, f"{score['value']:.3f}", f"{score['low']:.3f} to {score['high']:.3f}")
    table.add_row("student, served", f"{answers.macro_f1:.3f}", ", ".join(answers.models))
    console.print(table)
    student = found["student"]
    is_whole = answers.photos == student["photos"] and set(answers.models) == {"field-guide-student@1"}
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
