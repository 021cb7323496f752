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
    ) -> dict[str, Any]:
        """What is kept beside the predictions of one photo: flags by species, whether those that are not
        expected come last, and by which source, for which place and month, on what basis. See `flagged`."""
        expected = self._ranges.at(where)
        here = {one.scientific_name for one in accepted if one.holds(where)}
        flags: dict[str, bool | None] = {}
        by_word = []
        for prediction in predictions:
            species = species_called(prediction.get("scientific_name"), prediction["species"])
            if species in here:
                by_word.append(prediction["species"])
            flags[prediction["species"]] = species in here or _says(expected, species)
        return {**_by(expected, where), "in_range": flags, "accepted": by_word, "reorder": reorder}


def flagged(predictions: list[dict[str, Any]], kept: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """`predictions` as they are told, with what was `kept` beside them; none is removed.

    `in_range` is None where it can't be said, `accepted` whether a person said it.
    """
    if kept is None:
        return predictions
    flags, by_word = kept["in_range"], kept["accepted"]
    told = [
        {**one, "in_range": flags.get(one["species"]), "accepted": one["species"] in by_word}
        for one in predictions
    ]
    if kept["reorder"]:
        told.sort(key=lambda one: one["in_range"] is False)
    return told


def _says(expected: Expected | None, species: str | None) -> bool | None:
    return None if species is None or expected is None else expected.says(species)


def _by(expected: Expected | None, where: PlaceAndTime) -> dict[str, Any]:
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
