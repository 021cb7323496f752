"""What every export format can do."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from api.http.export.left_out import LeftOutCount
from api.snapshots import About
from shared.ledger.sightings import SeenSighting
from shared.records import Photo, RefusedFile


class Export(Protocol):
    """Makes a file of pages of photos, then of refused files. All of it is computing: run it in a thread."""

    def begin(self) -> bytes: ...

    def page(self, photos: Sequence[Photo]) -> bytes: ...

    def refused(self, files: Sequence[RefusedFile]) -> bytes: ...

    def end(self) -> bytes: ...


@runtime_checkable
class SightingExport(Protocol):
    """An export that tells of sightings, too, behind the refused files. One with very many frames comes in
    parts, one behind the other."""

    def sightings(self, seen: Sequence[SeenSighting]) -> bytes: ...


class Source(Protocol):
    """Where photos and refused files come from, in the order of the feed, as often as they are asked for."""

    def photos(self) -> AsyncIterator[list[Photo]]: ...

    def refused(self) -> AsyncIterator[list[RefusedFile]]: ...

    def sightings(self) -> AsyncIterator[list[SeenSighting]]: ...


Content = bytes | Sequence[Export] | Callable[[], bytes]
"""Of one file: ready made, or exports one behind the other, each of which goes through all photos, or made
when its turn comes."""


@dataclass(frozen=True, slots=True)
class Package:
    """The files of one format, and what it could not say."""

    files: Sequence[tuple[str, Content]]
    said: LeftOutCount

    @property
    def left_out(self) -> dict[str, int]:
        """Reasons with how many photos or files each, of those that were looked at until now."""
        return self.said.counted


class SurveyedExport(Protocol):
    """A format that has to see all photos before it can end, or that can't tell of all of them."""

    begins_at_once: bool
    """Its tables can be told as they come, and stand before what is made of all of them; else all photos are
    looked at before its first byte."""
    tells_sightings: bool

    def survey(self, photos: Sequence[Photo]) -> None: ...

    def survey_refused(self, files: Sequence[RefusedFile]) -> None: ...

    def package(self, about: About) -> Package: ...


@runtime_checkable
class ReviewedExport(Protocol):
    """One that tells of what a person has said alone: the others are counted, and need not be read."""

    def survey_others(self, failed: int, answered: int) -> None: ...


class Silent:
    """What an export says that says nothing, for others to be made of."""

    def begin(self) -> bytes:
        return b""

    def page(self, photos: Sequence[Photo]) -> bytes:
        return b""

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return b""

    def end(self) -> bytes:
        return b""
