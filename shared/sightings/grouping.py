"""Which photos are frames of one sighting: taken by one camera within a gap, near each other, and alike.

Frames are linked with those before them, not only with the last one: two birds that are photographed in
turns are two sightings. What is linked by way of others belongs together, too, so a sighting has no longest
duration.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sightings.components import components
from shared.sightings.frames import Frames

GAP_S: Final = 60.0
"""Seconds between two frames of one sighting, at most: what camera-trap studies most often take for one
event."""
ALIKE: Final = 0.35
"""Cosine of two embeddings from which they may show one bird. Of photos of the 525 species that no network
had seen, 0.9 % of pairs of different species are above it, and 96 % of pairs of frames of one sighting."""
VERY_ALIKE: Final = 0.85
"""Where no time tells, from which two photos show one moment: 1 % of pairs of different photos of one
species are above it, and three quarters of pairs of frames of one burst."""
FAR_M: Final = 150.0
"""Metres apart that two frames are not of one sighting, though one camera took them within a gap: nobody
walks further in a minute, and satellites are seldom wrong by so much."""
_BEFORE: Final = 16
"""Frames before it that each one is compared with: as many as a burst has that another bird comes between."""
_PAIRS: Final = 65_536  # whose embeddings are multiplied at one time, some 130 MB
_METRES_A_DEGREE: Final = 111_195.0

Links = tuple[NDArray[np.intp], NDArray[np.intp]]


def group(frames: Frames, gap_s: float = GAP_S, alike: float = ALIKE) -> NDArray[np.intp]:
    """(N,): the number of each photo's sighting, from 0.

    Photos without an embedding go by time alone, and with the one before them only; those without a time with
    the one whose number in the name is one less, if they are very much alike. Equal bytes are one sighting
    wherever they lie.
    """
    parts = [*_in_time(frames, gap_s, alike), *_by_number(frames), _same_bytes(frames)]
    left, right = (np.concatenate(ends) for ends in zip(*parts, strict=True))
    _, sightings = np.unique(components(len(frames), left, right), return_inverse=True)
    return sightings.astype(np.intp)


def _in_time(frames: Frames, gap_s: float, alike: float) -> Iterator[Links]:
    timed = np.flatnonzero(~np.isnan(frames.moment))
    order = timed[np.lexsort((frames.number[timed], frames.moment[timed], frames.camera[timed]))]
    for before in range(1, _BEFORE + 1):
        left, right = order[:-before], order[before:]
        near = (frames.camera[left] == frames.camera[right]) & (
            frames.moment[right] - frames.moment[left] <= gap_s
        )
        if not near.any():  # then none that is further before is
            return
        left, right = left[near], right[near]
        likeness = _likeness(frames, left, right)
        told = ~np.isnan(likeness)
        linked = np.where(told, likeness >= alike, before == 1) & ~_far_apart(frames, left, right)
        yield left[linked], right[linked]


def _by_number(frames: Frames) -> Iterator[Links]:
    timeless = np.flatnonzero(np.isnan(frames.moment) & (frames.number >= 0))
    order = timeless[np.lexsort((frames.number[timeless], frames.series[timeless], frames.camera[timeless]))]
    left, right = order[:-1], order[1:]
    following = (
        (frames.camera[left] == frames.camera[right])
        & (frames.series[left] == frames.series[right])
        & (frames.number[right] - frames.number[left] <= 1)
    )
    left, right = left[following], right[following]
    linked = _likeness(frames, left, right) >= VERY_ALIKE  # NaN is not
    yield left[linked], right[linked]


def _same_bytes(frames: Frames) -> Links:
    order = np.argsort(frames.picture, kind="stable")
    same = np.flatnonzero(np.diff(frames.picture[order]) == 0)
    return order[same], order[same + 1]


def _likeness(frames: Frames, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float32]:
    """Cosine of each pair; NaN where one of the two has no embedding, or that of another model."""
    found = np.full(len(left), np.nan, np.float32)
    has = np.asarray(frames.embedding.any(axis=1))
    told = np.flatnonzero(has[left] & has[right] & np.equal(frames.model[left], frames.model[right]))
    for start in range(0, len(told), _PAIRS):
        some = told[start : start + _PAIRS]
        ours, theirs = (frames.embedding[ends[some]].astype(np.float32) for ends in (left, right))
        found[some] = np.einsum("ij,ij->i", ours, theirs)
    return found


def _far_apart(frames: Frames, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
    """By satellite, where both know their place: on a plane, which does for such distances."""
    north = (frames.latitude[right] - frames.latitude[left]) * _METRES_A_DEGREE
    turn = (frames.longitude[right] - frames.longitude[left] + 180) % 360 - 180
    east = turn * _METRES_A_DEGREE * np.cos(np.radians(frames.latitude[left]))
    far: NDArray[np.bool_] = np.hypot(north, east) > FAR_M  # NaN is not
    return far
