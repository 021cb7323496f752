"""Which photos an epoch is made of: each one once, or rare species' more often (oversampling)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trainer.training.photos import Targets
from trainer.training.recipe import RunSection

POWERS = {"shuffled": 0.0, "square-root": 0.5, "balanced": 1.0}
"""Of a species' rarity, in its photos' chance to be drawn (Kang et al., 2020; Mahajan et al., 2018)."""


def drawn(
    paths: Sequence[Path], targets: Targets, run: RunSection, epoch: int, no_bird: int | None = None
) -> tuple[Sequence[Path], Targets]:
    """`run.photos` of them, else as many as there are: all, or drawn with replacement, anew in each epoch.

    `no_bird` is the class of what is no bird, which has a share of its own.
    """
    power = POWERS[run.sampling]
    if not power and run.photos is None and no_bird is None:
        return paths, targets
    classes = targets if targets.ndim == 1 else targets.argmax(axis=1)
    chances = (1 / np.bincount(classes)[classes]) ** power
    if no_bird is not None:
        others = classes == no_bird
        chances[others] *= run.no_bird_share / chances[others].sum()
        chances[~others] *= (1 - run.no_bird_share) / chances[~others].sum()
    # A generator of its own: how a process draws must not hang on its rank.
    chosen = np.random.default_rng((run.seed, epoch)).choice(
        len(paths), run.photos or len(paths), p=chances / chances.sum()
    )
    return [paths[number] for number in chosen], targets[chosen]
