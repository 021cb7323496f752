"""Which files of a folder, or an archive, a person means by "my photos": by name, else by the first bytes.

What is given by itself is meant, whatever it is. The same rule for every way in; the page reads its tables.
"""

from os.path import splitext
from typing import Final

from shared.photo.sniff import BEGINNINGS, BRANDS, RAW_SUFFIXES, TIFF, ZIP, content_type

OTHER: Final = "other"
"""The kind of what is left out, and is no litter: a film, a text."""

# Judged by name, so that a folder of a million photos is listed without opening one.
PHOTO_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".heic", ".heif", ".hif", ".avif", ".tif",
    ".tiff", ".bmp",
)) | RAW_SUFFIXES  # fmt: skip
ARCHIVE_SUFFIX = ".zip"  # the documents of many programs are zips, too, by their first bytes
_ALSO_OTHERS = frozenset((TIFF, ZIP))  # what scanners, microscopes and office programs write begins so, too


def suffix_of(name: str) -> str:
    return splitext(name)[1].lower()


def has_meant_name(name: str) -> bool:
    """Whether nobody needs to look into it."""
    return suffix_of(name) in PHOTO_SUFFIXES or suffix_of(name) == ARCHIVE_SUFFIX


def begins_like_photo(head: bytes) -> bool:
    """By its first `SNIFF_BYTES` bytes."""
    return content_type(head) not in {None, *_ALSO_OTHERS}


def other_detail(suffix: str) -> str:
    """Why such a file is left out, for a person."""
    return f"It is no photo, as far as its name and its first bytes tell ({suffix or 'without suffix'})."


def page_tables() -> dict[str, list[str]]:
    """The same rule for the page; bytes in hexadecimal."""
    return {
        "suffixes": sorted((*PHOTO_SUFFIXES, ARCHIVE_SUFFIX)),
        "beginnings": [first.hex() for first, kind in BEGINNINGS if kind not in _ALSO_OTHERS],
        "brands": sorted(brand.decode() for brand in BRANDS),
    }
