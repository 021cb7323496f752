"""`scripts/served-f1`: does the service serve what was evaluated?

A stack of its own classifies the photos of train/ with the model that it starts with. While that batch is in
flight, the model is published and promoted: the batch must be answered whole, each row by a model that it
names. Then `birds classify --csv` answers the split that was evaluated; macro-F1 is counted from its rows.
"""

import argparse
import asyncio
import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from api.client import BirdsClient
from scripts.throwaway import ROOT, throwaway_stack
from shared.vision.bundle import read_bundle
from shared.vision.labels import class_of
from shared.vision.refs import BUILT_IN, STARTER
from trainer.data.data_set import read_data_set
from trainer.evaluation.evaluate import Evaluation
from trainer.evaluation.metrics import macro_f1

FOLDER = ROOT / "var" / "served"
WANTED = 0.002  # of F1: a photo whose two best species are all but equal may fall to either
IN_FLIGHT = 40  # answers of the first model before the second is promoted
TIMEOUT_S = 300  # for these answers, and for the switch: on a busy machine


@dataclass(frozen=True, slots=True)
class Served:
    """What the service answered."""

    photos: int
    macro_f1: float
    models: dict[str, int]  # photos by the model that answered
    in_flight: dict[str, int]  # of the batch during which the model was promoted


def serve(model: Path, data: Path, split: str, *, port: int = 5997) -> Served:
    """Raises CalledProcessError, TimeoutError, and ValueError where the batch in flight lost an answer."""
    bundle = read_bundle(model)
    comes_with_birds = bundle.name in BUILT_IN
    before, after = FOLDER / "in-flight.csv", FOLDER / "answers.csv"
    # fp32, as it was evaluated: bf16 would move photos whose two best species are all but equal.
    environment = {"BIRDS_PRECISION": "fp32", "BIRDS_MODEL": STARTER}
    with throwaway_stack(FOLDER / "stack", "--port", str(port), **environment) as stack:
        here = ("--data", FOLDER / "stack")
        with started("birds", "classify", data / "train", "--csv", before, *here) as batch:
            asyncio.run(until(stack, _has_answers))
            if not comes_with_birds:
                run("birds-train", "publish", model, *here)
            run("birds", "models", "promote", bundle.id, *here)
            asyncio.run(until(stack, lambda client: is_active(client, bundle.id)))
        if batch.returncode:
            raise ValueError(f"the batch in flight ended with {batch.returncode}")
        run("birds", "classify", data / split, "--csv", after, *here)
    in_flight = Counter(row["model"] for row in done_rows(before))
    if sum(in_flight.values()) != len(read_data_set(data).of("train")):
        raise ValueError(f"of the batch in flight {in_flight} were answered")
    photos, f1, models = score(after, list(bundle.species))
    return Served(photos, f1, models, dict(in_flight))


def score(export: Path, species: list[str]) -> tuple[int, float, dict[str, int]]:
    """Photos, macro-F1 and photos by model; a photo's right species is the folder that it lies in."""
    rows = done_rows(export)
    place = {class_of(name).species: number for number, name in enumerate(species)}
    labels = np.array([place[class_of(Path(row["name"]).parent.name).species] for row in rows])
    guesses = np.array([place[class_of(row["species"]).species] for row in rows])
    return len(rows), macro_f1(guesses, labels, len(species)), dict(Counter(row["model"] for row in rows))


def run(name: str, *arguments: str | Path) -> None:
    """One of our commands, without what it prints."""
    with started(name, *arguments) as process:
        pass
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [name, *arguments])


def started(
    name: str, *arguments: str | Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name(name)
    return subprocess.Popen([program, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)


def done_rows(export: Path) -> list[dict[str, str]]:
    """Of a CSV export, those of photos that were answered."""
    with export.open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["state"] == "done"]


async def until(stack: dict[str, Any], holds: Callable[[BirdsClient], Awaitable[bool]]) -> None:
    """The programs that are waited for send no event to others: what the api says is asked for again."""
    async with BirdsClient(stack["url"], stack["key"]) as client, asyncio.timeout(TIMEOUT_S):
        while not await holds(client):  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.1)


async def _has_answers(client: BirdsClient) -> bool:
    return any([batch["counts"]["done"] >= IN_FLIGHT async for batch in client.batches()])


async def is_active(client: BirdsClient, wanted: str) -> bool:
    """Whether workers have loaded the model NAME@VERSION, and answer by it."""
    models = (await client.models())["models"]
    return any(one["active"] and f"{one['name']}@{one['version']}" == wanted for one in models)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/served-f1", description=__doc__)
    parser.add_argument("model", type=Path, help="folder of a bundle")
    parser.add_argument("data", type=Path, help="data set")
    parser.add_argument("evaluation", type=Path, help="evaluation.json of it, by birds-train evaluate")
    given = parser.parse_args()
    evaluation = Evaluation.model_validate_json(given.evaluation.read_bytes())
    found = serve(given.model, given.data, evaluation.split)
    print(f"in flight while it was promoted: {found.in_flight}")
    print(f"{evaluation.data}/{evaluation.split}: {found.models}")
    apart = abs(found.macro_f1 - evaluation.macro_f1.value)
    print(f"macro-F1 served {found.macro_f1:.4f}, evaluated {evaluation.macro_f1.value:.4f}", end=", ")
    print(f"apart by {100 * apart:.2f} points")
    is_right = set(found.models) == {evaluation.model} and found.photos == evaluation.photos
    raise SystemExit(0 if is_right and apart <= WANTED else 1)


if __name__ == "__main__":
    main()
