"""JSON Lines: the results of the feed, with the place and a person's correction; then the refused files."""

from collections.abc import Sequence

from pydantic_core import to_json

from api.http.schemas.results import DetailedResult
from shared.records import Photo, RefusedFile


class JsonLinesExport:
    def begin(self) -> bytes:
        return b""

    def page(self, photos: Sequence[Photo]) -> bytes:
        return b"".join(_line(photo) for photo in photos)

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return b"".join(_refused_line(file) for file in files)

    def end(self) -> bytes:
        return b""


def _line(photo: Photo) -> bytes:
    return DetailedResult.of(photo).model_dump_json().encode() + b"\n"


def _refused_line(file: RefusedFile) -> bytes:
    """The members of a result, of which only the name, the reason and the time are known."""
    known = {
        "name": file.name,
        "state": file.state,
        "predictions": [],
        "error": {"code": file.code, "detail": file.detail},
        "finished_at": file.refused_at,
    }
    members = {name: known.get(name) for name in DetailedResult.model_fields}
    return to_json(members) + b"\n"
