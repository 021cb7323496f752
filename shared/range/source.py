"""What a source of ranges is, and what it says."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

from shared.place.effective import PlaceAndTime


class RangeSourceBroken(Exception):
    """A source can't be used that was asked for; the message says what is wrong, and in which line."""


class Basis(StrEnum):
    """What kind of knowledge an answer rests on, or why there is none."""

    RECORDS = "records"  # how many there are
    FREQUENCY = "frequency"  # share of checklists with the species
    OCCURRENCE = "occurrence"  # a model's estimate
    NO_PLACE = "no-place"  # nobody knows where the photo was taken
    NO_DATA = "no-data"  # no source knows enough of the place


class Closeness(IntEnum):
    """How closely a layer looks at a place; the most precise is asked first."""

    CELL = 1
    BOX = 2
    POINT = 3  # a model's, which has seen no bird there itself
    COUNTRY = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """What one source knows of one place and time."""

    source: str
    place: str
    month: int | None
    """None: of the whole year."""
    basis: Basis
    values: Mapping[str, float]
    """By AviList's scientific name: records, frequency or occurrence; what is missing is 0."""
    known: Set[str]
    """Species that the source has ever heard of; of any other it says nothing."""
    threshold: float
    """Above which value a species is to be expected."""
    attribution: str | None = None

    def says(self, scientific_name: str) -> bool | None:
        if scientific_name not in self.known:
            return None
        return self.values.get(scientific_name, 0) > self.threshold


class Layer(Protocol):
    """A source, or the part of it of one closeness."""

    closeness: Closeness

    def at(self, where: PlaceAndTime) -> Expected | None:
        """None where it knows too little of that place."""


class Ranges:
    """All layers of all sources."""

    def __init__(self, sources: Sequence[str], layers: Sequence[Layer]) -> None:
        """`sources`: what they are called. Of layers of one closeness the first is asked first."""
        self.sources = sources
        self._layers = sorted(layers, key=lambda layer: layer.closeness)

    def at(self, where: PlaceAndTime) -> Expected | None:
        """By the most precise layer that knows the place."""
        return next((found for layer in self._layers if (found := layer.at(where)) is not None), None)
