"""`scripts/loop-demo`: a poor student, a reviewer who knows the truth, and what the student learns of it."""

import asyncio
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from api.client import BirdsClient
from scripts.checks.served_f1 import done_rows, is_active, run, until
from scripts.loop.drawn import Parts, draw
from scripts.loop.measured import Round, as_table, gain, read_round
from scripts.throwaway import ROOT, throwaway_stack
from shared.vision.bundle import read_bundle

FOLDER = ROOT / "var" / "loop"
STACK = FOLDER / "stack"
PORT = "5996"
TRIP = "trip"
SMALL = tuple(  # there are 48 pictures to learn from
    part
    for change in ("model.name=pupil", "input.size=96", "schedule.epochs=6", "run.batch=16", "run.workers=0")
    for part in ("--set", change)
)

console = Console()


@dataclass
class Took:
    seconds: float = 0.0


def main() -> None:
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    parts = Parts()
    with told("draw birds that do not exist"):
        draw(FOLDER, parts)
    one, two = FOLDER / "one" / "model", FOLDER / "two" / "model"
    with told("round 1: train a student on a few pictures") as first_took:
        learn("teacher", "field-guide-teacher", "first", "one", *SMALL)
    with throwaway_stack(STACK, "--port", PORT, BIRDS_PRECISION="fp32") as stack:
        first = served(stack, one, first_took)
        with told("round 1: send a trip, and review it"):
            say(asyncio.run(reviewed(stack, FOLDER / "trip")))
        with told("round 2: export what was said, and learn on") as second_took:
            run("birds", "dataset", "export", FOLDER / "set", "--data", STACK)
            goes_on = ("--continue", one, "--old", FOLDER / "first", "--version", "2")
            learn("student", "corrections", "set", "two", *goes_on)
        second = served(stack, two, second_took)
    exported = json.loads((FOLDER / "set" / "dataset.json").read_bytes())
    console.print(as_table([first, second], parts.known))
    better = gain(first, second)
    say(f"round 2 learned from {exported['photos']} reviewed photos; macro-F1 gained {better}")
    say(f"{time.monotonic() - began:.0f} s in all; models and data sets are in {FOLDER.relative_to(ROOT)}")
    raise SystemExit(0 if better.low > 0 else 1)


def learn(command: str, recipe: str, data: str, out: str, *options: str | Path) -> None:
    run("birds-train", command, recipe, FOLDER / data, FOLDER / out, *options)


def served(stack: dict[str, Any], model: Path, took: Took) -> Round:
    """Publish and promote the model, and have the service answer what no model has seen."""
    name, answers = read_bundle(model).id, FOLDER / "answers.csv"
    with told(f"publish and promote {name}, and classify unseen birds"):
        run("birds-train", "publish", model, "--data", STACK)
        run("birds", "models", "promote", name, "--data", STACK)
        asyncio.run(until(stack, lambda client: is_active(client, name)))
        run("birds", "classify", FOLDER / "unseen", "--again", "--csv", answers, "--data", STACK)
    return read_round(answers, name, took.seconds)


async def reviewed(stack: dict[str, Any], folder: Path) -> str:
    """Send the folder, and say of each photo what it shows; returns how many names were wrong."""
    answers = FOLDER / "trip.csv"
    options = ("--name", TRIP, "--csv", answers, "--data", STACK)
    await asyncio.to_thread(run, "birds", "classify", folder, *options)
    rows = done_rows(answers)
    right: list[str] = []
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        shown = Path(row["name"]).parent.name
        (right if row["final_name"] == shown else wrong[shown]).append(row["photo_id"])
    async with BirdsClient(stack["url"], stack["key"]) as client:
        [batch] = [one["id"] async for one in client.batches() if one["name"] == TRIP]
        if right:
            await client.label_many(batch, None, photo_ids=right)
        for species, photos in wrong.items():
            await client.label_many(batch, species, photo_ids=photos)
    return f"{len(rows)} photos: {len(right)} names accepted, {len(rows) - len(right)} corrected"


def say(line: str) -> None:
    console.print(line, highlight=False)


@contextmanager
def told(what: str) -> Iterator[Took]:
    """Says what is being done, and how long it took."""
    began, took = time.monotonic(), Took()
    say(f"{what} ...")
    yield took
    took.seconds = time.monotonic() - began
    say(f"  {took.seconds:.0f} s")


if __name__ == "__main__":
    main()
