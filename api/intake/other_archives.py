"""Archives that are not unpacked, told by their first bytes (magic numbers), and what to do with them."""

from shared.errors import BirdsError, Code
from shared.photo.sniff import is_archive

HEAD_BYTES = 512  # a tar has its mark at 257
_TAR_AT = 257

_KINDS = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF\x00\x00\x00\x00", "cabinet"),
)


def other_archive(head: bytes) -> BirdsError | None:
    """Why a file that begins with `head` (`HEAD_BYTES` of it suffice) is not unpacked; None if it is none.

    A zip is one where it comes inside of another.
    """
    if is_archive(head):
        detail = "Archives so deep in each other are not unpacked; send it by itself."
        return BirdsError(Code.UNSUPPORTED_TYPE, detail)
    kind = "tar" if head[_TAR_AT:].startswith(b"ustar") else None
    kind = kind or next((kind for magic, kind in _KINDS if head.startswith(magic)), None)
    if kind is None:
        return None
    detail = f"This is a {kind} archive; pack the photos as zip, which is unpacked, or send them as they are."
    return BirdsError(Code.UNSUPPORTED_TYPE, detail)
