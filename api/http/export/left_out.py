"""What a format can't tell of, counted by reason: nothing is left out in silence."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from api.http.export.row import ExportRow
from shared.final_name import NameRank
from shared.records import LEFT_OUT, RefusedFile


class LeftOutBecause(StrEnum):
    """Why a photo, or a file, is not in an export; the first of them that holds is told."""

    REFUSED = "refused"
    LEFT_OUT = LEFT_OUT
    FAILED = "failed"
    NOT_REVIEWED = "not-reviewed"
    NOT_A_BIRD = "not-a-bird"
    UNCERTAIN = "uncertain"
    NO_SCIENTIFIC_NAME = "no-scientific-name"
    NO_PLACE = "no-place"
    NO_TIME = "no-time"
    NO_OFFSET = "no-offset"
    TOO_MANY_PLACES = "too-many-places"
    SAME_NAME = "same-name"
    TOO_MANY_FILES = "too-many-files"


IN_WORDS = {
    LeftOutBecause.REFUSED: "files that were refused and became no photo",
    LeftOutBecause.LEFT_OUT: "files that are no photos",
    LeftOutBecause.FAILED: "photos that could not be answered",
    LeftOutBecause.NOT_REVIEWED: "photos that no person has confirmed",
    LeftOutBecause.NOT_A_BIRD: "photos that show no bird",
    LeftOutBecause.UNCERTAIN: "photos of which nobody could tell what they show",
    LeftOutBecause.NO_SCIENTIFIC_NAME: "photos whose name is no scientific one",
    LeftOutBecause.NO_PLACE: "photos without a place",
    LeftOutBecause.NO_TIME: "photos without a time",
    LeftOutBecause.NO_OFFSET: "photos whose time has no offset from UTC",
    LeftOutBecause.TOO_MANY_PLACES: "photos beyond the number of places that one export takes",
    LeftOutBecause.SAME_NAME: "photos of a name that another one has, too",
    LeftOutBecause.TOO_MANY_FILES: "photos beyond the number of files that one export takes",
}

Rule = Callable[[ExportRow], LeftOutBecause | None]


def failed(row: ExportRow) -> LeftOutBecause | None:
    return LeftOutBecause.FAILED if row.failed and not row.reviewed else None


def not_reviewed(row: ExportRow) -> LeftOutBecause | None:
    return None if row.reviewed else LeftOutBecause.NOT_REVIEWED


def no_bird(row: ExportRow) -> LeftOutBecause | None:
    if row.shows_bird:
        return None
    uncertain = row.name is None or row.name.rank is NameRank.UNCERTAIN
    return LeftOutBecause.UNCERTAIN if uncertain else LeftOutBecause.NOT_A_BIRD


def no_place(row: ExportRow) -> LeftOutBecause | None:
    return LeftOutBecause.NO_PLACE if row.place is None else None


def no_local_time(row: ExportRow) -> LeftOutBecause | None:
    return LeftOutBecause.NO_TIME if row.local is None else None


def no_moment(row: ExportRow) -> LeftOutBecause | None:
    if row.local is None:
        return LeftOutBecause.NO_TIME
    return LeftOutBecause.NO_OFFSET if row.moment is None else None


class LeftOutCount:
    """Asks a format's rules in their order, and counts what they say."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self._counted: Counter[LeftOutBecause] = Counter()

    def why(self, row: ExportRow) -> LeftOutBecause | None:
        """Without counting it: for a second look at the same photo."""
        return next((why for rule in self._rules if (why := rule(row)) is not None), None)

    def takes(self, row: ExportRow) -> bool:
        """Whether the format can tell of it; counted where it can't."""
        why = self.why(row)
        if why is not None:
            self.count(why)
        return why is None

    def count(self, why: LeftOutBecause, photos: int = 1) -> None:
        self._counted[why] += photos

    def count_not_reviewed(self, failed: int, answered: int) -> None:
        self.count(LeftOutBecause.FAILED, failed)
        self.count(LeftOutBecause.NOT_REVIEWED, answered)

    def count_refused(self, file: RefusedFile) -> None:
        self.count(LeftOutBecause.LEFT_OUT if file.state == LEFT_OUT else LeftOutBecause.REFUSED)

    @property
    def counted(self) -> dict[str, int]:
        return {str(why): self._counted[why] for why in LeftOutBecause if self._counted[why]}


def in_a_header(left_out: dict[str, int]) -> str:
    """`12; no-place=7; no-time=5`: the sum, then each reason."""
    return "; ".join([str(sum(left_out.values())), *(f"{why}={number}" for why, number in left_out.items())])


def in_words(left_out: dict[str, int]) -> str:
    """A line each, for a README."""
    lines = [f"{number:>9,}  {IN_WORDS[LeftOutBecause(why)]} ({why})" for why, number in left_out.items()]
    return "\n".join(lines) if lines else "        0"
