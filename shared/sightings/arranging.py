"""Sightings in the order of time, each with its frames in that order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.sightings.frames import Frames
from shared.sightings.repeats import repeats


@dataclass(frozen=True, slots=True)
class Arranged:
    """One sighting; its frames are places among the photos that were grouped."""

    position: int
    places: NDArray[np.intp]
    repeated: NDArray[np.intp]
    """Of each frame the one whose picture it shows again, or itself."""


def arranged(frames: Frames, sightings: NDArray[np.intp], gradients: NDArray[np.int64]) -> list[Arranged]:
    """`sightings` is each photo's, from `group`. What has no time comes last, in the order of names'
    numbers."""
    if not len(frames):
        return []
    order = np.lexsort((frames.number, frames.series, frames.moment, sightings))
    grouped = sightings[order]
    again = order[repeats(grouped, frames.picture[order], gradients[order])]
    starts = np.flatnonzero(np.diff(grouped, prepend=-1))
    first = order[starts]
    in_time = np.lexsort((frames.number[first], frames.series[first], frames.moment[first]))
    parts, repeated = np.split(order, starts[1:]), np.split(again, starts[1:])
    return [Arranged(place, parts[one], repeated[one]) for place, one in enumerate(in_time.tolist())]


def portions(sightings: Sequence[Arranged], photos: int) -> Iterator[list[Arranged]]:
    """Some at a time, of about so many photos; one of more photos is a portion alone."""
    portion: list[Arranged] = []
    count = 0
    for one in sightings:
        if portion and count + len(one.places) > photos:
            yield portion
            portion, count = [], 0
        portion.append(one)
        count += len(one.places)
    if portion:
        yield portion
