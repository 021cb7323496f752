"""Bytes that come in chunks, read by length and by position."""

from collections.abc import Iterable, Iterator

READ_AT_ONCE = 256 * 1024  # bytes


class ByteSource:
    """`at`: how many bytes from the beginning the next one stands."""

    def __init__(self, chunks: Iterable[bytes], at: int = 0) -> None:
        self.at = at
        self._chunks = iter(chunks)
        self._held = b""
        self._begin = 0  # of what is unread in `_held`

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay; fewer than `size` only at the end."""
        while len(self._held) - self._begin < size and (more := next(self._chunks, b"")):
            self._held = self._held[self._begin :] + more
            self._begin = 0
        return self._held[self._begin : self._begin + size]

    def some(self, most: int) -> bytes:
        """From one to `most` bytes, whatever is here; none only at the end."""
        self.peek(1)
        piece = self._held[self._begin : self._begin + most]
        self._begin += len(piece)
        self.at += len(piece)
        return piece

    def give_back(self, size: int) -> None:
        """The last bytes of what `some` gave, to be read again."""
        self._begin -= size
        self.at -= size

    def skip_to(self, place: int) -> None:
        while self.at < place and self.some(min(place - self.at, READ_AT_ONCE)):
            pass

    def rest(self) -> Iterator[bytes]:
        while piece := self.some(READ_AT_ONCE):
            yield piece
