"""What becomes of the photos of an upload, and who is told."""

from dataclasses import dataclass
from typing import Protocol

from api.client.records import Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one photo: accepted under `photo_id`, or refused for `reason`.

    `sent`: its bytes travelled now; otherwise the server had the photo already. `sha256` in hexadecimal is
    known of what was accepted.
    """

    name: str
    photo_id: str | None = None
    sent: bool = False
    reason: Reason | None = None
    sha256: str | None = None


class Watch(Protocol):
    """Is told how an upload goes."""

    def bytes_sent(self, count: int) -> None: ...

    def settled(self, outcome: Outcome) -> None: ...


class Unwatched:
    """Nobody looks."""

    def bytes_sent(self, count: int) -> None:
        pass

    def settled(self, outcome: Outcome) -> None:
        pass
