"""How right the service's answers are, and how they were come to."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from scripts.checks.served_f1 import done_rows
from scripts.loop.drawn import NAMES
from trainer.evaluation import metrics
from trainer.evaluation.metrics import Interval, Labels


@dataclass(frozen=True, slots=True)
class Round:
    """One model's answers to photos that none has learned from.

    `guesses` and `labels` (N,) are places in NAMES; one more is for what is none of these.
    """

    model: str
    guesses: Labels
    labels: Labels
    seconds: float

    @property
    def accuracy(self) -> Interval:
        return metrics.interval(np.mean, self.guesses == self.labels)

    @property
    def macro_f1(self) -> Interval:
        return metrics.macro_f1_interval(self.guesses, self.labels, len(NAMES) + 1)


def read_round(export: Path, model: str, seconds: float) -> Round:
    """Of `birds classify --csv`; a photo's right name is the folder that it lies in. Raises ValueError where
    another model has answered."""
    rows = done_rows(export)
    if {row["model"] for row in rows} != {model}:
        raise ValueError(f"not all answers are of {model}")
    place = {name: number for number, name in enumerate(NAMES)}
    guesses = np.array([place.get(row["species"], len(NAMES)) for row in rows])
    labels = np.array([place[Path(row["name"]).parent.name] for row in rows])
    order = np.argsort([row["name"] for row in rows])  # paired by photo
    return Round(model, guesses[order], labels[order], seconds)


def gain(first: Round, second: Round) -> Interval:
    """Of macro-F1, paired: both have answered the same photos."""
    classes = len(NAMES) + 1

    def difference(ours: Labels, theirs: Labels, labels: Labels) -> float:
        return metrics.macro_f1(ours, labels, classes) - metrics.macro_f1(theirs, labels, classes)

    return metrics.interval(difference, second.guesses, first.guesses, first.labels, strata=first.labels)


def known_only(found: Round, known: int) -> Round:
    """Of the first `known` species alone: those that the first model could name."""
    kept = found.labels < known
    return Round(found.model, found.guesses[kept], found.labels[kept], found.seconds)


def as_table(rounds: list[Round], known: int) -> Table:
    table = Table("round", "model", "accuracy", "macro-F1", f"macro-F1, the first {known} species", "s")
    table.title = f"{len(rounds[0].labels)} drawn birds that no model has seen, 95 % intervals"
    for number, one in enumerate(rounds, start=1):
        of_known = known_only(one, known).macro_f1
        figures = (str(one.accuracy), str(one.macro_f1), str(of_known), f"{one.seconds:.0f}")
        table.add_row(str(number), one.model, *figures)
    return table
