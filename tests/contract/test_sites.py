"""Where and when the photos of a batch were taken: as people say it, beside what the photos recorded."""

import csv
import io
from typing import Any

import pytest

from tests.support.http import Http
from tests.unit.photo.metadata import ATHENS, tags
from tests.unit.photo.pictures import encoded, upright

TALLINN = {"latitude": 59.437, "longitude": 24.7536}
NOTHING = {
    "name": None,
    "latitude": None,
    "longitude": None,
    "zone": None,
    "clock_shift_s": 0,
    "overrides": False,
}


def taken_at_noon(width: int, **more: Any) -> bytes:
    """By its camera's clock, which knows no offset; another width is another photo."""
    exif = tags(taken="2023:07:01 12:00:00", **more).tobytes()
    return encoded(upright(width), exif=exif)


async def effective(http: Http, batch: str) -> dict[str, dict[str, Any]]:
    """By name, as a photo's own call tells it."""
    results = await http.finished(batch)
    found = [(await http.call("GET", f"/v1/photos/{result['photo_id']}")).body for result in results]
    return {photo["name"]: photo for photo in found}


async def test_a_site_tells_what_photos_do_not_and_changes_nothing_that_they_do(alice: Http) -> None:
    batch = await alice.batch(site={"name": "Garden", **TALLINN})
    files = [
        ("garden.jpg", taken_at_noon(96)),
        ("athens.jpg", taken_at_noon(97, gps=ATHENS)),
        ("trip/day/late.jpg", taken_at_noon(98)),
    ]
    await alice.send(batch, files)
    await alice.close(batch)
    before = await effective(alice, batch)
    garden, athens = before["garden.jpg"]["effective"], before["athens.jpg"]["effective"]
    assert (garden["latitude"], garden["place_from"], garden["site"]) == (59.437, "site", "Garden")
    assert (garden["country"], garden["zone"], garden["zone_from"]) == ("EE", "Europe/Tallinn", "place")
    assert (garden["local"], garden["offset_minutes"], garden["utc"], garden["offset_from"]) == (
        "2023-07-01T12:00:00",
        180,
        "2023-07-01T09:00:00Z",
        "zone",
    )
    assert (athens["latitude"], athens["place_from"], athens["country"]) == (
        pytest.approx(37.975),
        "photo",
        "GR",
    )
    for photo in before.values():
        assert (photo["taken_local"], photo["taken_at"], photo["taken_offset_minutes"]) == (
            "2023-07-01T12:00:00",
            None,
            None,
        )
        assert photo["camera"] == "a camera"
    assert before["garden.jpg"]["latitude"] is None

    said = [
        {"folder": "", "zone": "Europe/London"},
        {"folder": "/trip/", "clock_shift_s": -3600, "zone": "Asia/Kathmandu"},
    ]
    reply = await alice.call("PUT", f"/v1/batches/{batch}/sites", json={"sites": said})
    assert reply.status == 200, reply
    assert reply.body == (await alice.call("GET", f"/v1/batches/{batch}/sites")).body
    assert reply.body["sites"] == [
        {**NOTHING, "folder": "", "zone": "Europe/London"},
        {**NOTHING, "folder": "trip", "zone": "Asia/Kathmandu", "clock_shift_s": -3600},
    ]  # fmt: skip
    after = await effective(alice, batch)
    late = after["trip/day/late.jpg"]["effective"]
    assert (late["local"], late["offset_minutes"], late["utc"]) == (
        "2023-07-01T11:00:00",
        345,
        "2023-07-01T05:15:00Z",
    )
    assert (after["garden.jpg"]["effective"]["country"], after["garden.jpg"]["effective"]["zone_from"]) == (
        "GB",
        "site",
    )
    assert after["athens.jpg"]["effective"]["zone"] == "Europe/Athens"
    # Sightings are put together meanwhile.
    aside = {"effective": None, "sighting_id": None}
    recorded = [{**photo, **aside} for photo in before.values()]
    assert [{**photo, **aside} for photo in after.values()] == recorded

    text = (await alice.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    row = {one["name"]: one for one in csv.DictReader(io.StringIO(text))}["trip/day/late.jpg"]
    assert (row["taken_local"], row["effective_local"]) == ("2023-07-01T12:00:00", "2023-07-01T11:00:00")
    assert (row["zone"], row["country"], row["place_from"], row["offset_from"]) == (
        "Asia/Kathmandu",
        "NP",
        "",
        "zone",
    )


@pytest.mark.parametrize(
    ("site", "code"),
    [
        ({"latitude": 59.4}, "unclear-site"),
        ({"zone": "Mars/Base"}, "unclear-site"),
        ({"zone": "../../etc/passwd"}, "unclear-site"),
        ({"latitude": 90.1, "longitude": 0}, "invalid-request"),
        ({"latitude": 0, "longitude": 180.5}, "invalid-request"),
        ({"clock_shift_s": 2**31}, "invalid-request"),
        ({"clock_shift_s": "60"}, "invalid-request"),
        ({"name": "a\x00b"}, "invalid-request"),
        ({"place": "Garden"}, "invalid-request"),
    ],
)  # fmt: skip
async def test_a_site_that_makes_no_sense_is_refused(alice: Http, site: dict[str, Any], code: str) -> None:
    assert (await alice.call("POST", "/v1/batches", json={"site": site})).code == code
    batch = await alice.batch()
    reply = await alice.call("PUT", f"/v1/batches/{batch}/sites", json={"sites": [{"folder": "", **site}]})
    assert reply.code == code


async def test_of_a_folder_there_is_one_site_and_of_another_owners_batch_none(alice: Http, bob: Http) -> None:
    batch = await alice.batch()
    twice = {"sites": [{"folder": "trip"}, {"folder": "trip/"}]}
    assert (await alice.call("PUT", f"/v1/batches/{batch}/sites", json=twice)).code == "unclear-site"
    for method, options in (("GET", {}), ("PUT", {"json": {"sites": []}})):
        assert (await bob.call(method, f"/v1/batches/{batch}/sites", **options)).code == "not-found"


async def test_the_clock_doctor_tells_a_wrong_clock_and_its_shift_puts_it_right(alice: Http) -> None:
    def satellites(minute: int) -> dict[int, Any]:
        return {**ATHENS, 7: (8.0, float(minute), 0.0), 29: "2023:07:01"}

    files = [  # it was 11 there, in summer
        (
            f"trip/{minute}.jpg",
            encoded(
                upright(96 + minute),
                exif=tags(taken=f"2023:07:01 12:{minute:02}:00", gps=satellites(minute)).tobytes(),
            ),
        )
        for minute in range(4)
    ]
    batch = await alice.batch(site={"name": "Athens"})
    await alice.send(batch, files)
    await alice.close(batch)
    await alice.finished(batch)
    report = (await alice.call("GET", f"/v1/batches/{batch}/clock")).body
    assert report["clocks"] == [
        {
            "folder": "trip",
            "camera": "a camera",
            "frames": 4,
            "agreeing": 4,
            "verdict": "shift",
            "error_s": -3600,
            "by": "satellites",
        }
    ]
    reply = await alice.call("PUT", f"/v1/batches/{batch}/sites", json={"sites": report["sites"]})
    assert reply.status == 200
    assert (await alice.call("GET", f"/v1/batches/{batch}/clock")).body["sites"] == reply.body["sites"]
    found = (await effective(alice, batch))["trip/2.jpg"]
    assert (found["taken_local"], found["gps_at"]) == ("2023-07-01T12:02:00", "2023-07-01T08:02:00Z")
    there = found["effective"]
    assert (there["local"], there["utc"], there["site"], there["clock_shift_s"]) == (
        *("2023-07-01T11:02:00", "2023-07-01T08:02:00Z"),
        *("Athens", -3600),
    )


async def test_i_know_it_is_here(alice: Http, bob: Http) -> None:
    word = {"species": "egretta garzetta", "latitude": 59.4, "longitude": 24, "note": "from the zoo"}
    made = await alice.call("POST", "/v1/range/accepted", json=word)
    assert made.status == 201, made
    assert {
        name: made.body[name] for name in ("species", "scientific_name", "country", "radius_km", "note")
    } == {
        **{"species": "Little Egret", "scientific_name": "Egretta garzetta", "country": None},
        **{"radius_km": 50, "note": "from the zoo"},
    }
    assert (await alice.call("GET", "/v1/range/accepted")).body == {"accepted": [made.body]}
    assert (await bob.call("GET", "/v1/range/accepted")).body == {"accepted": []}
    path = f"/v1/range/accepted/{made.body['id']}"
    assert (await bob.call("DELETE", path)).code == "not-found"
    assert (await alice.call("DELETE", path)).status == 204
    assert (await alice.call("DELETE", path)).code == "not-found"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ({"species": "Unicorn"}, "unknown-species"),
        ({"species": "Ardea"}, "unknown-species"),
        ({"species": "Mallard", "latitude": 5}, "unclear-site"),
        ({"species": "Mallard", "radius_km": 5}, "unclear-site"),
        ({"species": "Mallard", "country": "EE", "latitude": 5, "longitude": 5}, "unclear-site"),
        ({"species": "Mallard", "country": "Estonia"}, "invalid-request"),
        ({}, "invalid-request"),
    ],
)
async def test_a_word_that_makes_no_sense_is_refused(alice: Http, word: dict[str, Any], code: str) -> None:
    assert (await alice.call("POST", "/v1/range/accepted", json=word)).code == code
