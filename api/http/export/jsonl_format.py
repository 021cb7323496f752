"""JSON Lines: the results of the feed, with the place and a person's correction."""

from collections.abc import Sequence

from api.http.schemas.results import DetailedResult
from shared.records import Photo


class JsonLinesExport:
    media_type = "application/x-ndjson"

    def begin(self) -> bytes:
        return b""

    def page(self, photos: Sequence[Photo]) -> bytes:
        return b"".join(_line(photo) for photo in photos)

    def end(self) -> bytes:
        return b""


def _line(photo: Photo) -> bytes:
    return DetailedResult.of(photo).model_dump_json().encode() + b"\n"
