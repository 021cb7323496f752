"""IDs and digests of many files in little memory: 16 bytes each, and no table of all of them at once."""

from collections.abc import Iterator

BYTES = 16
PARTS = 16  # a table of one part takes a sixteenth of the memory, and each costs one look at all


def packed(digits: str) -> int:
    """An ID as a number, a third of the memory of its text; of a digest half, which no two files share."""
    return int(digits.replace("-", "")[: 2 * BYTES], 16)


class PackedIds:
    """Packed IDs in the order in which they were appended."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def append(self, id: int) -> None:
        self._bytes += id.to_bytes(BYTES, "big")

    def __len__(self) -> int:
        return len(self._bytes) // BYTES

    def parts(self) -> Iterator[Iterator[tuple[int, bytes]]]:
        """All of them with their numbers, in so many parts that equal ones are in the same part, whatever
        list they are in."""
        for part in range(PARTS):
            # Of IDs the last bytes differ (UUIDv7), of digests all.
            yield (
                (start // BYTES, bytes(self._bytes[start : start + BYTES]))
                for start in range(0, len(self._bytes), BYTES)
                if self._bytes[start + BYTES - 1] % PARTS == part
            )
