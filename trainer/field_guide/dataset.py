"""Writes the drawn birds as a data set in the Kaggle layout, unbalanced as real ones are."""

import csv
import math
import random
from dataclasses import dataclass
from pathlib import Path

from trainer.data.data_set import NO_BIRDS
from trainer.field_guide.drawing import draw_bird, draw_no_bird
from trainer.field_guide.plumage import species

QUALITY = 88  # of the JPEGs


@dataclass(frozen=True, slots=True)
class Plan:
    """How large it becomes: the most frequent species has `most` pictures to train on, the rarest `least`."""

    species: int = 12
    most: int = 120
    least: int = 30
    valid: int = 15  # of each species, as for test: an honest measure needs as many of the rare ones
    test: int = 25
    no_birds: int = 100
    side: int = 128  # pixels
    seed: int = 0


def make_field_guide(folder: Path, plan: Plan) -> None:
    """Write `train|valid|test/<SPECIES>/*.jpg`, `birds.csv`, `notbird/*.jpg`; a plan gives the same bytes.

    Raises FileExistsError where the folder has something in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    guide = species(plan.species, plan.seed)
    for rank, plumage in enumerate(guide):
        for split, count in (("train", _train_count(plan, rank)), ("valid", plan.valid), ("test", plan.test)):
            place = folder / split / plumage.name.upper()
            place.mkdir(parents=True)
            for number in range(count):
                dice = random.Random(f"{plan.seed} {split} {plumage.name} {number}")
                draw_bird(plumage, dice, plan.side).save(place / f"{number:03}.jpg", quality=QUALITY)
    nobody = folder / NO_BIRDS
    nobody.mkdir()
    for number in range(plan.no_birds):
        dice = random.Random(f"{plan.seed} nobody {number}")
        draw_no_bird(dice, plan.side).save(nobody / f"{number:03}.jpg", quality=QUALITY)
    with (folder / "birds.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("labels", "scientific name"))
        table.writerows((plumage.name.upper(), plumage.scientific_name.upper()) for plumage in guide)


def _train_count(plan: Plan, rank: int) -> int:
    """Geometric between most and least: a few species are everywhere, most are seldom seen."""
    steps = max(plan.species - 1, 1)
    return round(plan.most * math.pow(plan.least / plan.most, rank / steps))
