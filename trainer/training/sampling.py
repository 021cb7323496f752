"""Which photos an epoch is made of: each one once, or rare species' more often."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trainer.training.photos import Targets
from trainer.training.recipe import RunSection

POWERS = {"shuffled": 0.0, "square-root": 0.5, "balanced": 1.0}
"""Of a species' rarity, in its photos' chance to be drawn (Kang et al., 2020; Mahajan et al., 2018)."""


def drawn(
    paths: Sequence[Path], targets: Targets, run: RunSection, epoch: int
) -> tuple[Sequence[Path], Targets]:
    """As many photos as there are: all of them, or drawn with replacement, anew in each epoch."""
    power = POWERS[run.sampling]
    if not power:
        return paths, targets
    classes = targets if targets.ndim == 1 else targets.argmax(axis=1)
    chances = (1 / np.bincount(classes)[classes]) ** power
    # A generator of its own: how a process draws must not hang on its rank.
    chosen = np.random.default_rng((run.seed, epoch)).choice(
        len(paths), len(paths), p=chances / chances.sum()
    )
    return [paths[number] for number in chosen], targets[chosen]
