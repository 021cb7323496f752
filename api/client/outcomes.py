"""What becomes of the photos of an upload, and who is told."""

from dataclasses import dataclass
from typing import Protocol

from api.client.records import Reason

LEFT_OUT = "left-out"  # the code under which the batch lists a file that nobody means by photos


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: accepted under `photo_id`, or refused or left out for `reason`.

    `sent`: its bytes travelled now; otherwise the server had the photo already. `sha256` in hexadecimal is
    known of what was accepted.
    """

    name: str
    photo_id: str | None = None
    sent: bool = False
    reason: Reason | None = None
    sha256: str | None = None

    @property
    def left_out(self) -> bool:
        """Whether it is in an archive and nobody means it by photos, so that nothing is amiss."""
        return self.reason is not None and self.reason["code"] == LEFT_OUT


class Watch(Protocol):
    """Is told how an upload goes."""

    def bytes_sent(self, count: int) -> None: ...

    def settled(self, outcome: Outcome) -> None: ...


class Kept:
    """Keeps all outcomes; for a caller who reads them at the end, and perhaps another who watches."""

    def __init__(self, other: Watch | None) -> None:
        self.outcomes: list[Outcome] = []
        self._other = other

    def bytes_sent(self, count: int) -> None:
        if self._other is not None:
            self._other.bytes_sent(count)

    def settled(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if self._other is not None:
            self._other.settled(outcome)
