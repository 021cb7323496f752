"""Whether a file holds fewer bytes than its own header announces; Pillow calls those merely damaged."""

from shared.photo import sniff

_BOXED = frozenset((sniff.HEIC, sniff.HEIF, sniff.AVIF))
_WIDE_SIZE, _TO_THE_END = 1, 0  # box sizes with a meaning of their own


def ends_early(data: bytes, kind: str | None) -> bool:
    """Only for formats that announce their length; False for all others."""
    if kind == sniff.WEBP:
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    return kind in _BOXED and _end_of_boxes(data) > len(data)


def _end_of_boxes(data: bytes) -> int:
    """Where the last of the boxes that follow each other from the start would end."""
    end = 0
    while end < len(data):
        size = int.from_bytes(data[end : end + 4], "big")
        if size == _TO_THE_END:
            return len(data)
        if size == _WIDE_SIZE:
            size = int.from_bytes(data[end + 8 : end + 16], "big")
        end += max(size, 8)
    return end
