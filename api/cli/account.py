"""The account of a run: what became of each file that was given; the sum is the number of files given."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from api.cli.ids import packed
from api.cli.running import counted
from api.client import Outcome


class State(Enum):
    """What became of a photo."""

    WAITING = "waiting for an answer"
    ANSWERED = "answered"
    FAILED = "failed"


class _Photo(NamedTuple):
    """One photo: how many of the given files it is, of one name and one content, and what became of it."""

    files: int = 0
    state: State = State.WAITING


_UNKNOWN = _Photo()


@dataclass
class Account:
    """Told of every file by what became of it on its way, and of the photos as they are answered.

    An archive counts as the files in it.
    """

    left_out: int = 0
    refused: int = 0
    earlier: int = 0  # files that a run before this one has settled
    _photos: dict[int, _Photo] = field(default_factory=dict)  # a million may come: see `_note`
    _kinds: dict[_Photo, _Photo] = field(default_factory=dict)

    def settle(self, outcome: Outcome) -> None:
        if outcome.left_out:
            self.left_out += 1
        elif outcome.photo_id is None:
            self.refused += 1
        else:
            self.accept([packed(outcome.photo_id)])

    def accept(self, photos: Iterable[int]) -> None:
        """A file for each, by its packed ID."""
        for photo in photos:
            known = self._photos.get(photo, _UNKNOWN)
            self._note(photo, known._replace(files=known.files + 1))

    def answer(self, photo_id: str, state: State) -> State:
        """Before or after it is settled, since receipts travel slower; returns what it was."""
        photo = packed(photo_id)
        known = self._photos.get(photo, _UNKNOWN)
        self._note(photo, known._replace(state=state))
        return known.state

    def leave_to_earlier(self, files: int) -> None:
        """The batch was closed by an earlier run: of `files` only the photos that are answered are known."""
        self.accept([photo for photo, known in self._photos.items() if known.state is not State.WAITING])
        self.earlier = max(files - sum(self._by_state().values()), 0)

    @property
    def line(self) -> str:
        """`5 files given: 2 answered, 1 failed, 1 refused, 1 left out`."""
        by_state = self._by_state()
        counts = {state.value: by_state[state] for state in (State.FAILED, State.WAITING)}
        counts |= {
            "refused": self.refused,
            "left out": self.left_out,
            "settled by an earlier run": self.earlier,
        }
        parts = [f"{by_state[State.ANSWERED]:,} answered"]
        parts += [f"{count:,} {what}" for what, count in counts.items() if count]
        given = by_state[State.ANSWERED] + sum(counts.values())
        return f"{counted(given, 'file')} given: {', '.join(parts)}"

    def _by_state(self) -> Counter[State]:
        """Files; a photo that is none of the given ones counts as none."""
        files = Counter[State]()
        for photo in self._photos.values():
            files[photo.state] += photo.files
        return files

    def _note(self, photo: int, known: _Photo) -> None:
        """Most photos are one file in one state: what is the same is kept once."""
        self._photos[photo] = self._kinds.setdefault(known, known)
