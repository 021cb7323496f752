"""Pictures that are there more than once, by their bytes or by their looks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.inspection.fingerprints import Fingerprint

# Of 64 bits. Pairs of photos within both were the same picture; of different ones next to none were.
DCT_BITS = 10
GRADIENT_BITS = 12
BLOCK = 256  # rows compared with all later ones at once: among 100,000 pictures that takes 200 MB


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of the same picture; `exact`: to the byte."""

    first: Fingerprint
    second: Fingerprint
    exact: bool


def duplicate_pairs(prints: Sequence[Fingerprint]) -> Iterator[Pair]:
    """Each pair once. Time grows with the square of the number: 10 s for 100,000."""
    by_bytes = defaultdict(list)
    for one in prints:
        by_bytes[one.sha256].append(one)
    for same in by_bytes.values():
        yield from (Pair(same[0], other, exact=True) for other in same[1:])
    distinct = [same[0] for same in by_bytes.values()]
    yield from (Pair(distinct[a], distinct[b], exact=False) for a, b in _alike(distinct))


def _alike(prints: Sequence[Fingerprint]) -> Iterator[tuple[int, int]]:
    dct = np.array([one.dct for one in prints], np.uint64)
    gradient = np.array([one.gradient for one in prints], np.uint64)
    for start in range(0, len(prints), BLOCK):
        rows = slice(start, start + BLOCK)
        near = np.bitwise_count(dct[rows, None] ^ dct[None, start:]) <= DCT_BITS
        near &= np.bitwise_count(gradient[rows, None] ^ gradient[None, start:]) <= GRADIENT_BITS
        for row, column in np.argwhere(near):
            if column > row:
                yield start + int(row), start + int(column)
