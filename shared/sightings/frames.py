"""What grouping photos into sightings asks of them: columns over the photos of a batch."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BODY: Final = " #"
"""Before the body's number in what `shared.photo.camera` tells."""
_NUMBER: Final = re.compile(r"(\d{1,18})(?!.*\d)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Frames:
    """N photos; all columns are as long."""

    camera: NDArray[np.intp]
    """Photos of different numbers are never frames of one sighting: see `camera_of`."""
    moment: NDArray[np.float64]
    """Seconds by the clock of that camera, from any beginning; NaN where it is not known."""
    series: NDArray[np.intp]
    number: NDArray[np.int64]
    """Of its name, which orders photos of one series that were taken in one second, or have no time."""
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    """Degrees; NaN where they are not known."""
    picture: NDArray[np.intp]
    """The same number: the same bytes."""
    model: NDArray[np.intp]
    """Embeddings of different models have nothing to do with each other."""
    embedding: NDArray[np.float16]
    """(N, width), rows of length 1; of a photo that has none, 0."""

    def __len__(self) -> int:
        return len(self.camera)


def camera_of(name: str, camera: str | None) -> tuple[str | None, str | None]:
    """What tells cameras apart: `camera` where it has the body's number; else its kind, and the photo's
    folder.

    A camera begins a new folder in the middle of a burst; cards of two cameras of one kind lie in two
    folders.
    """
    knows_body = camera is not None and BODY in camera
    return camera, None if knows_body else folder_of(name)


def folder_of(name: str) -> str:
    """Of a photo's name, which is a path with slashes."""
    return name.rpartition("/")[0]


def series_of(name: str) -> tuple[tuple[str, str, str], int]:
    """Folder, and what stands before and after the last number of a file's name, and that number; -1:
    none."""
    folder, _, file = name.rpartition("/")
    stem = file.rpartition(".")[0] or file
    found = _NUMBER.search(stem)
    if found is None:
        return (folder, stem, ""), -1
    return (folder, stem[: found.start()], stem[found.end() :]), int(found[1])


class Numbering:
    """Gives the same number to the same key, from 0 in the order of their first."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, keys: Iterable[Hashable]) -> NDArray[np.intp]:
        numbers = self._numbers
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.intp)

    def ranks(self) -> NDArray[np.intp]:
        """Of each number given the place of its key among all of them, in order; they must have one."""
        order: list[Any] = sorted(self._numbers)
        ranks = np.zeros(len(order), np.intp)
        ranks[[self._numbers[key] for key in order]] = np.arange(len(order))
        return ranks


def floats(values: Iterable[float | None]) -> NDArray[np.float64]:
    """None becomes NaN."""
    return np.array([np.nan if one is None else one for one in values], np.float64)
