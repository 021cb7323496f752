"""A zip of XMP files, one for each photo that shows a bird: to be unpacked over the folder with the photos.

Each lies where programs look for it: `IMG.JPG.xmp`; of a raw file `IMG.xmp`. What `birds tag` does besides,
adding to files that are there and writing into JPEGs, needs the photos.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from api.http.export.left_out import LeftOutBecause, LeftOutCount, failed, no_bird
from api.http.export.paths import relative_path
from api.http.export.row import ExportRow
from shared.photo.sniff import is_raw_name
from shared.records import Photo, RefusedFile
from shared.xmp.keywords import tags_of
from shared.xmp.packet import merged

MOST = 100_000
"""Files. Where each lies in the zip is kept until it ends, some 600 bytes; `birds tag` has no such limit."""
ABOUT = """
Unpack it over the folder that was given to Birds: each file lies beside its photo, where digiKam, darktable,
Immich and, of raw files, Lightroom look. Files that other programs wrote there would be replaced: `birds tag`
adds to them. Names are percent-encoded where they are no paths as they are.
"""


class SidecarExport:
    def __init__(self) -> None:
        self.left_out = LeftOutCount(failed, no_bird)
        self._names: set[str] = set()

    def page(self, photos: Sequence[Photo]) -> list[tuple[str, bytes]]:
        """Names and contents."""
        return [file for row in map(ExportRow.of, photos) for file in self._files(row)]

    def refused(self, files: Sequence[RefusedFile]) -> None:
        for file in files:
            self.left_out.count_refused(file)

    def _files(self, row: ExportRow) -> Iterator[tuple[str, bytes]]:
        if not self.left_out.takes(row):
            return
        packet = merged(None, tags_of(_told(row), reviewed_only=False))
        assert packet is not None  # what shows a bird has tags
        for name in (row.photo.name, *row.photo.companions):
            sidecar = sidecar_name(name)
            if sidecar in self._names:
                self.left_out.count(LeftOutBecause.SAME_NAME)
            elif len(self._names) >= MOST:
                self.left_out.count(LeftOutBecause.TOO_MANY_FILES)
            else:
                self._names.add(sidecar)
                yield sidecar, packet


def sidecar_name(name: str) -> str:
    path = PurePosixPath(relative_path(name))
    return str(path.with_suffix(".xmp") if is_raw_name(path.name) else path.with_name(f"{path.name}.xmp"))


def _told(row: ExportRow) -> dict[str, Any]:
    """As a result has it."""
    assert row.name is not None
    final = {
        "name": row.name.name,
        "scientific_name": row.name.scientific_name,
        "rank": row.name.rank.value,
        "by": row.name.by.value,
        "probability": row.name.probability,
    }
    return {"final": final, "model": row.photo.model, "label_by": row.reviewed_by}
