"""How a source's file names a place: a country, a cell of one degree, or a box."""

import math
import re
from dataclasses import dataclass
from typing import Self

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_NUMBER = r"-?\d{1,3}(?:\.\d+)?"
_CELL = re.compile(r"(-?\d{1,2}):(-?\d{1,3})", re.ASCII)
_BOX = re.compile(rf"({_NUMBER}):({_NUMBER}):({_NUMBER}):({_NUMBER})", re.ASCII)
HOW = "`EE`, a cell by its south-west corner `59:24`, or a box south:west:north:east `57.5:21.5:60:28.3`"


@dataclass(frozen=True, slots=True)
class GeoBox:
    """Degrees; one that is west of its own west goes across the date line."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def of(cls, text: str) -> Self | None:
        found = _BOX.fullmatch(text)
        if found is None:
            return None
        box = cls(*map(float, found.groups()))
        sensible = -90 <= box.south < box.north <= 90 and max(abs(box.west), abs(box.east)) <= 180
        return box if sensible else None

    def holds(self, latitude: float, longitude: float) -> bool:
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east

    @property
    def size(self) -> float:
        return (self.north - self.south) * ((self.east - self.west) % 360)


def is_country(text: str) -> bool:
    """Whether it looks like ISO 3166-1's two letters."""
    return _COUNTRY.fullmatch(text) is not None


def is_cell(text: str) -> bool:
    found = _CELL.fullmatch(text)
    return found is not None and -90 <= int(found[1]) < 90 and -180 <= int(found[2]) < 180


def cell_at(latitude: float, longitude: float) -> str:
    """The cell of one degree that a point lies in."""
    south = min(math.floor(latitude), 89)  # the pole belongs to the last row
    west = (math.floor(longitude) + 180) % 360 - 180
    return f"{south}:{west}"
