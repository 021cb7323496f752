"""COCO Camera Traps: one JSON of images, then of annotations, then of categories, of which 0 is `empty`.

An annotation is of the whole image, or of the part that the model looked at (`bbox`, in pixels).
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from api.http.export.formats import Export, Silent
from api.http.export.row import ExportRow
from shared.final_name import NameRank
from shared.records import LEFT_OUT, Photo, RefusedFile

EMPTY = "empty"
_TIME = "%Y-%m-%d %H:%M:%S"


class _Listed(Silent):
    """A member of the document that is a list."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._begun = False

    def begin(self) -> bytes:
        return f'"{self._member}": ['.encode()

    def lines(self, items: Sequence[dict[str, Any]]) -> bytes:
        parts = []
        for item in items:
            parts += [b",\n" if self._begun else b"\n", to_json(item)]
            self._begun = True
        return b"".join(parts)

    def end(self) -> bytes:
        return b"\n],\n"


class _Images(_Listed):
    def begin(self) -> bytes:
        info = {"version": "1.0", "description": "Answers of Birds"}
        return b'{"info": ' + to_json(info) + b",\n" + super().begin()

    def page(self, photos: Sequence[Photo]) -> bytes:
        return self.lines([_image(ExportRow.of(photo)) for photo in photos])

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return self.lines(
            [
                {"id": str(file.id), "file_name": file.name, "corrupt": True}
                for file in files
                if file.state != LEFT_OUT
            ]
        )


class _Annotations(_Listed):
    def __init__(self, categories: dict[str, int]) -> None:
        super().__init__("annotations")
        self._categories = categories

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = [ExportRow.of(photo) for photo in photos]
        return self.lines([self._annotation(row) for row in rows if row.name is not None])

    def _annotation(self, row: ExportRow) -> dict[str, Any]:
        assert row.name is not None
        photo = row.photo
        empty = row.name.rank is NameRank.NOT_A_BIRD
        annotation: dict[str, Any] = {
            "id": row.id,
            "image_id": row.id,
            "category_id": self._id(EMPTY if empty else row.name.name),
            "sequence_level_annotation": False,
            "human_verified": row.reviewed,
        }
        if row.name.probability is not None:
            annotation["confidence"] = row.name.probability
        if photo.box is not None and photo.width and photo.height and not empty:
            left, top, right, bottom = photo.box.of(photo.width, photo.height)
            annotation["bbox"] = [left, top, right - left, bottom - top]
        return annotation

    def _id(self, name: str) -> int:
        category = "_".join(name.lower().split())
        return self._categories.setdefault(category, len(self._categories))


class _Categories(Silent):
    def __init__(self, categories: dict[str, int]) -> None:
        self._categories = categories

    def end(self) -> bytes:
        categories = [{"id": number, "name": name} for name, number in self._categories.items()]
        return b'"categories": ' + to_json(categories) + b"}\n"


def coco_exports() -> list[Export]:
    """One behind the other they make the document; each goes through all photos."""
    categories = {EMPTY: 0}
    return [_Images("images"), _Annotations(categories), _Categories(categories)]


def _image(row: ExportRow) -> dict[str, Any]:
    photo = row.photo
    members = {
        "id": row.id,
        "file_name": photo.name,
        "width": photo.width,
        "height": photo.height,
        "datetime": None if row.local is None else row.local.strftime(_TIME),
        "location": row.site or _point(row),
        "seq_id": None if row.sighting is None else str(row.sighting),
        "corrupt": row.failed or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _point(row: ExportRow) -> str | None:
    return None if row.place is None else "{:.5f} {:.5f}".format(*row.place)
