"""Camera raw files sent as the JPEG that the camera put into them: a tenth of the bytes, the same answer."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from api.client.files import LocalFile
from shared.photo.raw.kinds import content_type
from shared.photo.raw.preview import preview
from shared.photo.sniff import CAMERA_RAW, is_raw_name

MAX_RAW_BYTES = 512 * 1024 * 1024  # read as a whole; no camera writes more


def is_raw(file: LocalFile) -> bool:
    """By its name."""
    return is_raw_name(file.name)


def with_previews(files: Sequence[LocalFile], folder: Path) -> list[LocalFile]:
    """The same files under the same names; raw ones with a good preview are that, written into `folder`.

    A file that can't be read, or has no preview that the server would look at, stays as it is.
    """
    return [
        _preview_of(file, folder / f"{number}.jpg") if is_raw(file) else file
        for number, file in enumerate(files)
    ]


def _preview_of(file: LocalFile, place: Path) -> LocalFile:
    if file.size > MAX_RAW_BYTES:
        return file
    try:
        data = Path(file.path).read_bytes()
        found = preview(data) if content_type(data) in CAMERA_RAW else None
        if found is None or not found.good:
            return file
        place.write_bytes(found.jpeg)
    except (OSError, EOFError):  # what is wrong with the file is told when it is sent
        return file
    return replace(file, path=str(place), size=len(found.jpeg))
