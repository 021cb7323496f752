"""The account of a run: what became of each file that was given; the sum is the number of files given."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.cli.running import counted
from api.cli.sending.packed import PackedIds, packed
from api.client import Outcome


@dataclass
class Account:
    """Told of every file by what became of it on its way, and of the photos that are answered.

    An archive counts as the files in it.
    """

    left_out: int = 0
    refused: int = 0
    earlier: int = 0  # files that a run before this one has settled
    _accepted: PackedIds = field(default_factory=PackedIds)  # a photo for each file; of a pair twice the same
    _answered: PackedIds = field(default_factory=PackedIds)

    def settle(self, outcome: Outcome) -> None:
        if outcome.left_out:
            self.left_out += 1
        elif outcome.photo_id is None:
            self.refused += 1
        else:
            self._accepted.append(packed(outcome.photo_id))

    def accept(self, photos: Iterable[int]) -> None:
        """A file for each, by its packed ID."""
        for photo in photos:
            self._accepted.append(photo)

    def answer(self, photo_id: str) -> None:
        """Once for each photo; before or after it is settled, since receipts may travel slower."""
        self._answered.append(packed(photo_id))

    def leave_to_earlier(self, files: int) -> None:
        """The batch was closed by an earlier run: of `files` only the photos that are answered are known."""
        for part in self._answered.parts():
            self.accept(int.from_bytes(photo, "big") for _, photo in part)
        self.earlier = max(files - len(self._accepted), 0)

    def line(self, failed: Iterable[str]) -> str:
        """`5 files given: 2 answered, 1 failed, 1 refused, 1 left out`; `failed` are IDs of photos."""
        files_failed, files_answered = self._count(failed)
        counts = {
            "failed": files_failed,
            "waiting for an answer": len(self._accepted) - files_answered - files_failed,
            "refused": self.refused,
            "left out": self.left_out,
            "settled by an earlier run": self.earlier,
        }
        parts = [f"{files_answered:,} answered"]
        parts += [f"{count:,} {what}" for what, count in counts.items() if count]
        given = files_answered + sum(counts.values())
        return f"{counted(given, 'file')} given: {', '.join(parts)}"

    def _count(self, failed: Iterable[str]) -> tuple[int, int]:
        """Files whose photos failed, and those whose photos were answered otherwise. A photo that is none of
        the given files, but of an earlier run, counts as none."""
        bad = {packed(photo_id).to_bytes(16, "big") for photo_id in failed}
        files_failed = files_answered = 0
        for accepted, answered in zip(self._accepted.parts(), self._answered.parts(), strict=True):
            known = {photo for _, photo in answered}
            for _, photo in accepted:
                files_failed += photo in bad
                files_answered += photo in known and photo not in bad
        return files_failed, files_answered
