"""Websocket frames, made once for any number of clients: a server's are not masked (RFC 6455, 5.2)."""

import struct
from collections.abc import Iterable

_TEXT = 0x81  # whole in one frame, and text
_SHORT, _MEDIUM = 125, 2**16 - 1  # the longest payloads whose lengths take one byte, and three


def text_frames(messages: Iterable[str]) -> bytes:
    """One after the other, uncompressed."""
    return b"".join(_heading(len(payload)) + payload for payload in map(str.encode, messages))


def _heading(length: int) -> bytes:
    if length <= _SHORT:
        return bytes((_TEXT, length))
    if length <= _MEDIUM:
        return struct.pack(">BBH", _TEXT, 126, length)
    return struct.pack(">BBQ", _TEXT, 127, length)
