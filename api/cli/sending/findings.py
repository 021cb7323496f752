"""What was found under the given paths: every file is sent, refused, or left out for a reason."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from api.cli.sending.many_files import ManyFiles
from api.client import Outcome
from api.client.files import clean_name
from api.client.outcomes import LEFT_OUT
from api.client.receipts import RejectedFile
from api.client.records import Reason
from shared.photo.litter import LITTER_KINDS
from shared.photo.meant import OTHER, other_detail

UNREADABLE = "unreadable"
AGAIN = "again"  # a folder that was read by another way to it
TOLD = {**LITTER_KINDS, AGAIN: "folders read already", OTHER: "files that are no photos"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not sent, since nobody means it by "my photos". `kind`: one of `TOLD`."""

    name: str
    kind: str
    suffix: str = ""

    @property
    def detail(self) -> str:
        if self.kind == OTHER:
            return other_detail(self.suffix)
        return f"It is passed over with {TOLD[self.kind]}."

    @property
    def entry(self) -> RejectedFile:
        """As the batch lists it."""
        return RejectedFile(name=self.name, code=LEFT_OUT, detail=self.detail)


@dataclass
class Findings:
    """Files to send, in a stable order; what can't be read; what is left out."""

    files: ManyFiles = field(default_factory=ManyFiles)
    unreadable: list[Outcome] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def refuse(self, name: str, detail: str) -> None:
        reason = Reason(code=UNREADABLE, detail=detail)
        self.unreadable.append(Outcome(clean_name(name), reason=reason))

    def leave_out(self, name: str, kind: str, suffix: str = "") -> None:
        self.left_out.append(LeftOut(clean_name(name), kind, sys.intern(suffix)))

    def skipped_lines(self) -> Iterator[str]:
        """How many of what are left out, in a line for litter and one for other kinds of files."""
        others = Counter(file.suffix or "without suffix" for file in self.left_out if file.kind == OTHER)
        if others:
            yield f"skipped {others.total():,} that are no photos: {_counts(others)}"
        litter = Counter(TOLD[file.kind] for file in self.left_out if file.kind != OTHER)
        if litter:
            yield f"skipped {litter.total():,} that lie beside photos: {_counts_behind(litter)}"


def unsent_entries(outcomes: Iterable[Outcome]) -> Iterator[RejectedFile]:
    """Those that were refused, as the batch lists them."""
    for outcome in outcomes:
        if outcome.reason is not None:
            yield RejectedFile(name=outcome.name, **outcome.reason)


def _counts(kinds: Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())


def _counts_behind(kinds: Counter[str]) -> str:
    """Of kinds that are written in the plural."""
    return ", ".join(f"{kind} ({count:,})" for kind, count in kinds.most_common())
