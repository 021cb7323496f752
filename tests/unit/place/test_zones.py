"""Zone and country of places, offline; clocks that are turned."""

from datetime import UTC, datetime

import pytest

from shared.place.zones import Doubt, country_at, is_zone, local_at, offset_at, zone_at

PLACES = [
    ("Tallinn", 59.437, 24.7536, "Europe/Tallinn", "EE"),
    ("London", 51.5072, -0.1276, "Europe/London", "GB"),
    ("Sydney", -33.8688, 151.2093, "Australia/Sydney", "AU"),
    ("Vík", 63.4186, -19.006, "Atlantic/Reykjavik", "IS"),
    ("Hong Kong", 22.3193, 114.1694, "Asia/Hong_Kong", "HK"),
    ("Honolulu", 21.3069, -157.8583, "Pacific/Honolulu", "US"),
    ("Atlantic", 30.0, -40.0, "Etc/GMT+3", None),
    ("Ross Sea", -72.0, -179.5, "Etc/GMT+12", None),
    ("South Pole", -90.0, 0.0, "Antarctica/McMurdo", "AQ"),
    ("Farallon Islands, off the coast", 37.7, -123.0, "America/Los_Angeles", "US"),
    ("Weil am Rhein, 1 km from Basel", 47.59, 7.62, "Europe/Berlin", "DE"),
    ("Basel, 1 km from Weil am Rhein", 47.5596, 7.5886, "Europe/Zurich", "CH"),
    ("Büsingen, Germany within Switzerland", 47.697, 8.69, "Europe/Busingen", "DE"),
    ("Ceuta, Spain within Morocco", 35.8894, -5.3213, "Africa/Ceuta", "ES"),
    ("Gibraltar", 36.14, -5.35, "Europe/Gibraltar", "GI"),
    ("Kaliningrad", 54.7104, 20.4522, "Europe/Kaliningrad", "RU"),
    ("Broken Hill, which keeps a neighbour's time", -31.95, 141.45, "Australia/Broken_Hill", "AU"),
    ("Ciudad Juárez, across the river from El Paso", 31.69, -106.42, "America/Ciudad_Juarez", "MX"),
    ("Kiritimati, a day ahead", 1.87, -157.4, "Pacific/Kiritimati", "KI"),
    ("Chiang Rai", 19.9, 99.83, "Asia/Bangkok", "TH"),
    ("Nakhon Phanom, on the Mekong", 17.41, 104.78, "Asia/Bangkok", "TH"),
    ("Hanoi, in Bangkok's zone", 21.03, 105.85, "Asia/Bangkok", "VN"),
    ("Điện Biên Phủ, in Bangkok's zone", 21.39, 103.02, "Asia/Bangkok", "VN"),
    ("Pristina, in Belgrade's zone", 42.66, 21.16, "Europe/Belgrade", "RS"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone", "country"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES]
)
def test_zone_and_country_of_a_place(
    latitude: float, longitude: float, zone: str, country: str | None
) -> None:
    assert zone_at(latitude, longitude) == zone
    assert country_at(zone, latitude, longitude) == country


@pytest.mark.parametrize(
    ("zone", "local", "minutes", "doubt"),
    [
        ("Europe/Tallinn", datetime(2023, 7, 1, 12), 180, None),
        ("Europe/Tallinn", datetime(2023, 1, 1, 12), 120, None),
        ("Asia/Kathmandu", datetime(2023, 1, 1, 12), 345, None),
        ("Europe/London", datetime(2023, 10, 29, 1, 30), 60, Doubt.TWICE),
        ("Europe/London", datetime(2023, 10, 29, 2, 0), 0, None),
        ("Europe/London", datetime(2023, 3, 26, 1, 30), 0, Doubt.NEVER),
        ("Europe/London", datetime(2023, 3, 26, 2, 0), 60, None),
        ("Australia/Sydney", datetime(2023, 4, 2, 2, 30), 660, Doubt.TWICE),
    ],
)
def test_the_offset_is_that_of_the_local_time(
    zone: str, local: datetime, minutes: int, doubt: Doubt | None
) -> None:
    assert offset_at(zone, local) == (minutes, doubt)


def test_the_local_time_of_a_moment() -> None:
    moment = datetime(2023, 10, 29, 1, 30, tzinfo=UTC)
    assert local_at("Europe/London", moment) == (datetime(2023, 10, 29, 1, 30), 0)
    assert local_at("Pacific/Kiritimati", moment) == (datetime(2023, 10, 29, 15, 30), 840)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Tallinn", True),
        ("UTC", True),
        ("Mars/Base", False),
        ("", False),
        ("../etc/passwd", False),
        ("/etc/passwd", False),
        ("Europe", False),
        ("a\x00b", False),
    ],
)
def test_only_zones_of_tz_are_zones(name: str, known: bool) -> None:
    assert is_zone(name) == known
