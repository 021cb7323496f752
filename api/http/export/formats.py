"""What every export format can do."""

from collections.abc import Sequence
from typing import Protocol

from shared.records import Photo, RefusedFile


class Export(Protocol):
    """Makes a file of pages of photos, then of refused files. All of it is computing: run it in a thread."""

    media_type: str

    def begin(self) -> bytes: ...

    def page(self, photos: Sequence[Photo]) -> bytes: ...

    def refused(self, files: Sequence[RefusedFile]) -> bytes: ...

    def end(self) -> bytes: ...
