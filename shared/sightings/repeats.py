"""Frames of a sighting that show nothing that another one does not: equal bytes, or all but equal
pictures."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sightings.components import components

NEAR_BITS: Final = 6
"""Of 64 by which the gradient hashes of all but equal pictures differ at most: nine of ten photos scaled to
half their size, all but a few that are darker or saved again; of 4.4 million pairs of frames of different
sightings, 4."""
_BEFORE: Final = 16  # frames before it that each one is compared with


def repeats(
    sightings: NDArray[np.intp], pictures: NDArray[np.intp], gradients: NDArray[np.int64]
) -> NDArray[np.intp]:
    """(N,): of each photo the first one, in the order given, whose picture it repeats; else itself.

    `sightings` and `pictures` are numbers that the frames of one sighting, and equal bytes, share;
    `gradients` are `shared.photo.gradient` hashes, 0 where there is none.
    """
    bits = gradients.view(np.uint64)
    order = np.argsort(sightings, kind="stable")
    left: list[NDArray[np.intp]] = []
    right: list[NDArray[np.intp]] = []
    for before in range(1, _BEFORE + 1):
        ours, theirs = order[:-before], order[before:]
        together = sightings[ours] == sightings[theirs]
        if not together.any():
            break
        ours, theirs = ours[together], theirs[together]
        told = (bits[ours] != 0) & (bits[theirs] != 0)
        near = told & (np.bitwise_count(bits[ours] ^ bits[theirs]) <= NEAR_BITS)
        same = near | (pictures[ours] == pictures[theirs])
        left.append(ours[same])
        right.append(theirs[same])
    if not left:
        return np.arange(len(sightings))
    return components(len(sightings), np.concatenate(left), np.concatenate(right))
