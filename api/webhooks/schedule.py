"""When a delivery that failed is tried again, and how long its webhook is left alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.ledger.webhook_outbox import Attempt

_MINUTE, _HOUR = 60, 3600
SCHEDULE_S: Final = (
    0, 5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR
)  # fmt: skip
"""Seconds before each attempt, as Standard Webhooks proposes: over three days."""
JITTER: Final = 0.1  # of a pause is added to it at most, so that what failed together does not come together
GONE: Final = 410
BUSY: Final = frozenset((429, 502, 503, 504))  # it has too much to do: nothing else is sent there meanwhile
REST_S: Final = 30.0  # where it does not say how long
LONGEST_S: Final = 24.0 * _HOUR  # that it can ask for


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from an attempt."""

    delivered: bool
    gone: bool
    """The webhook is to be switched off."""
    again_s: float | None
    """Until the next attempt; None: there is none."""
    rest_s: float
    """Until anything is sent to this webhook again."""


def consequence_of(attempt: Attempt, failures: int, schedule_s: Sequence[float] = SCHEDULE_S) -> Consequence:
    """`failures`: of the same delivery before this attempt."""
    if attempt.problem is None:
        return Consequence(delivered=True, gone=False, again_s=None, rest_s=0)
    if attempt.status == GONE:
        return Consequence(delivered=False, gone=True, again_s=None, rest_s=0)
    asked_s = min(attempt.retry_after_s or 0, LONGEST_S)
    rest_s = (asked_s or REST_S) if attempt.status in BUSY else 0
    if failures + 1 >= len(schedule_s):
        return Consequence(delivered=False, gone=False, again_s=None, rest_s=rest_s)
    pause_s = schedule_s[failures + 1] * random.uniform(1, 1 + JITTER)
    return Consequence(delivered=False, gone=False, again_s=max(pause_s, asked_s), rest_s=rest_s)
