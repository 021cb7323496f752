"""Whether birds are to be expected where and when a photo was taken, told of each of its predictions."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.place.effective import PlaceAndTime
from shared.range.names import species_called
from shared.range.source import Basis, Expected, Ranges

EARTH_KM: Final = 6371.0
Prediction = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AcceptedHere:
    """A person's word that a species is at a place: an introduced or an escaped one, or one newly come.

    In a country, about a point, or, without either, everywhere.
    """

    scientific_name: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None

    def holds(self, where: PlaceAndTime) -> bool:
        if self.country is not None:
            return self.country == where.country
        if self.latitude is None or self.longitude is None or self.radius_km is None:
            return True
        if where.latitude is None or where.longitude is None:
            return False
        return _distance_km(self.latitude, self.longitude, where.latitude, where.longitude) <= self.radius_km


@dataclass(frozen=True, slots=True)
class Judged:
    predictions: list[dict[str, Any]]
    """Each with `in_range`, None where it can't be said, and `accepted`: by a person's word."""
    range: dict[str, Any]
    """By which source, for which place and month, on what basis."""


class Judge:
    """By sources of ranges."""

    def __init__(self, ranges: Ranges) -> None:
        self._ranges = ranges

    def __call__(
        self,
        predictions: Sequence[Prediction],
        where: PlaceAndTime,
        accepted: Iterable[AcceptedHere] = (),
        *,
        reorder: bool = False,
    ) -> Judged:
        """Of one photo; none of `predictions` is removed, and their order is by probability, unless `reorder`
        asks for those that are not to be expected last."""
        expected = self._ranges.at(where)
        here = {one.scientific_name for one in accepted if one.holds(where)}
        told = [_told(prediction, expected, here) for prediction in predictions]
        told.sort(key=lambda one: (reorder and one["in_range"] is False, -one["probability"]))
        return Judged(told, _range(expected, where))


def _told(prediction: Prediction, expected: Expected | None, here: set[str]) -> dict[str, Any]:
    species = species_called(prediction.get("scientific_name"), prediction["species"])
    accepted = species in here
    says = None if species is None or expected is None else expected.says(species)
    return {**prediction, "in_range": True if accepted else says, "accepted": accepted}


def _range(expected: Expected | None, where: PlaceAndTime) -> dict[str, Any]:
    if expected is None:
        nowhere = where.latitude is None and where.country is None
        basis = Basis.NO_PLACE if nowhere else Basis.NO_DATA
        return {
            "source": None,
            "place": where.country,
            "month": where.month,
            "basis": basis.value,
            "attribution": None,
        }
    return {
        "source": expected.source,
        "place": expected.place,
        "month": expected.month,
        "basis": expected.basis.value,
        "attribution": expected.attribution,
    }


def _distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the globe (haversine)."""
    north, east = math.radians(other_latitude - latitude), math.radians(other_longitude - longitude)
    beside = math.cos(math.radians(latitude)) * math.cos(math.radians(other_latitude))
    return 2 * EARTH_KM * math.asin(math.sqrt(math.sin(north / 2) ** 2 + beside * math.sin(east / 2) ** 2))
