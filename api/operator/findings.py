"""What a look at the system finds, and how it is repaired."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Repair = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for a person; `repair` None: only the person can."""

    what: str
    repair: Repair | None = None
