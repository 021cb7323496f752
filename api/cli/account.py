"""The account of a run: what became of each file that was given; the sum is the number of files given."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from api.cli.running import counted
from api.client import Outcome


@dataclass
class Account:
    """Told of every file by what became of it on its way, and at the end of the photos that are answered.

    An archive counts as the files in it.
    """

    left_out: int = 0
    refused: int = 0
    accepted: Counter[str] = field(default_factory=Counter)  # files by photo: of one name and one content
    earlier: int = 0  # files that a run before this one has settled

    def leave_to_earlier(self, files: int, answered: Iterable[str]) -> None:
        """The batch was closed by an earlier run: of `files` only the photos that are answered are known."""
        self.accepted.update(list(answered))  # each once; not the counts of a mapping
        self.earlier = max(files - self.accepted.total(), 0)

    def settle(self, outcome: Outcome) -> None:
        if outcome.left_out:
            self.left_out += 1
        elif outcome.photo_id is None:
            self.refused += 1
        else:
            self.accepted[outcome.photo_id] += 1

    def line(self, answered: Collection[str], failed: Collection[str]) -> str:
        """`5 files given: 2 answered, 1 failed, 1 refused, 1 left out`; by the ids of photos."""
        files_failed = sum(self.accepted[photo] for photo in failed)
        files_answered = sum(self.accepted[photo] for photo in answered) - files_failed
        waiting = self.accepted.total() - files_answered - files_failed
        parts = [f"{files_answered:,} answered"]
        for count, what in (
            (files_failed, "failed"),
            (waiting, "waiting for an answer"),
            (self.refused, "refused"),
            (self.left_out, "left out"),
            (self.earlier, "settled by an earlier run"),
        ):
            if count:
                parts.append(f"{count:,} {what}")
        given = self.accepted.total() + self.refused + self.left_out + self.earlier
        return f"{counted(given, 'file')} given: {', '.join(parts)}"
