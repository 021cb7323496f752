"""How long what is left to look at will take a person."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Final

USUAL_S: Final = 4.0
"""A photo, for whom nothing is known: about what reviewers of camera-trap photos take for one with a
suggestion."""
_PAUSE_S: Final = 60.0  # between two words of a person; longer ones were spent on something else
_ENOUGH: Final = 10  # words between which there was no pause


def seconds_each(times: Sequence[datetime]) -> float:
    """The person's own pace: the median time between one word and the next; what is said of many at once is
    one.

    `times` are in any order; those of a few words tell nothing, then it is `USUAL_S`.
    """
    moments = sorted(set(times))
    spans = [
        span for before, after in pairwise(moments) if (span := (after - before).total_seconds()) <= _PAUSE_S
    ]
    return median(spans) if len(spans) >= _ENOUGH else USUAL_S
