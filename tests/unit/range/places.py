"""Where and when photos were taken, for tests of ranges."""

from datetime import datetime

from shared.place.effective import PlaceAndTime

HERON, EGRET, CUCKOO = "Ardea cinerea", "Egretta garzetta", "Cuculus canorus"


def at(
    latitude: float | None = 59.437,
    longitude: float | None = 24.7536,
    country: str | None = "EE",
    day: tuple[int, int] | None = (5, 15),
) -> PlaceAndTime:
    """In Tallinn, in the middle of May."""
    local = None if day is None else datetime(2023, *day)
    return PlaceAndTime(latitude=latitude, longitude=longitude, country=country, local=local)


NOWHERE = at(None, None, None)
