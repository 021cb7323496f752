"""A clock beside another one: when a camera or phone that knows the time took photos, and when this one did.

Who has two at hand photographs the same bird with both, every now and then. Of all differences between a
minute of the one and a minute of the other, that by which the clock is wrong then comes oftener than any
other; where none clearly does, nothing is said.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(hours=14, minutes=30)
"""A clock of another zone, or half a day off; one that was never set is told by its year."""
LEAST_PAIRS: Final = 12  # minutes in which both took photos
OUTSTANDING: Final = 6.0  # standard deviations above what chance gives
CLEARLY: Final = 1.5  # times the next best
_WIDTH: Final = 1  # minutes on either side: the bird is photographed with one, then with the other
_APART: Final = 5  # minutes from which another difference is another one
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Coincidence:
    """The difference that comes oftenest."""

    shift_s: int
    """To add to the clock."""
    pairs: int
    """Minutes of the one that have one of the other there."""
    is_clear: bool


def coincidence(minutes: Iterable[datetime], sure: Iterable[datetime]) -> Coincidence | None:
    """Of two series of minutes in which photos were taken, by local clocks; `sure` is that of the right one.

    None where they have nothing to do with each other.
    """
    counts = _differences(sorted(set(minutes)), sorted(set(sure)))
    if not counts:
        return None
    windows = {at: sum(counts.get(near, 0) for near in range(at - _WIDTH, at + _WIDTH + 1)) for at in counts}
    best = max(windows, key=lambda at: (windows[at], -abs(at)))
    others = [count for at, count in windows.items() if abs(at - best) > _APART]
    chance = sum(others) / max(1, len(others))
    is_clear = (
        windows[best] >= max(LEAST_PAIRS, CLEARLY * max(others, default=0))
        and windows[best] >= chance + OUTSTANDING * max(1.0, chance) ** 0.5
    )
    return Coincidence(60 * _middle(counts, best), windows[best], is_clear)


def _differences(minutes: list[datetime], sure: list[datetime]) -> Counter[int]:
    """How often each comes, in minutes."""
    counts: Counter[int] = Counter()
    first = 0
    for minute in minutes:
        while first < len(sure) and sure[first] < minute - LONGEST:
            first += 1
        for other in sure[first:]:
            if other > minute + LONGEST:
                break
            counts[(other - minute) // _MINUTE] += 1
    return counts


def _middle(counts: Counter[int], best: int) -> int:
    near = range(best - _WIDTH, best + _WIDTH + 1)
    total = sum(counts[at] for at in near)
    return round(sum(at * counts[at] for at in near) / total)
