"""When, where and by which camera each frame was taken, and what it is called on the card."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Final

from scripts.made_trip.scenes import Scene

_ON_A_CARD_FOLDER: Final = 400  # photos; a camera begins a new folder, here in the middle of a burst, too
_AT_A_PLACE: Final = 22  # sightings before the way goes on
_ALTERNATING: Final = 0.08  # of pairs of sightings: two birds photographed in turns
_HOURS: Final = 11  # of light in a day


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    latitude: float
    longitude: float


@dataclass(slots=True)
class Camera:
    make: str
    model: str
    serial: str
    stem: str
    clock_off: timedelta
    """That its clock shows too much."""
    tells_offset: bool
    gps_share: float
    """Of its frames at a place where it finds satellites."""
    subseconds: bool
    by_day: bool
    """Whether its photos were sorted into folders by day and place; else they lie as on the card."""
    taken: int = field(default=0)


@dataclass(frozen=True, slots=True)
class Frame:
    """One photo of the trip. `sighting` is its number in the truth."""

    source: Path
    sighting: int
    scene: Scene
    place: Place
    camera: Camera
    moment: datetime
    """True, UTC."""
    has_gps: bool
    number: int
    """Of its camera's photos, from 1."""


PLACES: Final = (
    Place("Salt Marsh", 37.1561, -6.3392),
    Place("Harbour", 37.1957, -6.3204),
    Place("Pine Wood", 37.2133, -6.5120),
    Place("Feeder", 37.2690, -6.2011),
    Place("Reservoir", 37.3418, -6.4077),
)
ZONE: Final = timezone(timedelta(hours=2))
_FIRST_MORNING: Final = datetime(2024, 5, 4, 6, 40, tzinfo=ZONE)


def cameras() -> tuple[Camera, Camera]:
    """One whose clock is wrong and tells no offset, and one that knows time and place."""
    off = timedelta(minutes=7, seconds=20)
    return (
        Camera("Canon", "Canon EOS R7", "041021000377", "IMG_", off, False, 0, False, False),
        Camera("NIKON CORPORATION", "NIKON Z 9", "6021345", "DSC_", timedelta(), True, 0.36, True, True),
    )


def frames(found: Iterator[Scene], count: int, dice: random.Random) -> Iterator[Frame]:
    """`count` frames, camera by camera in the order of time; each camera has its own trip."""
    sighting = 0
    for camera, share in zip(cameras(), (count - count // 2, count // 2), strict=True):
        endless = _of(camera, found, sighting, dice)
        for frame in islice(endless, share):
            sighting = max(sighting, frame.sighting)
            yield frame


def _of(camera: Camera, found: Iterator[Scene], last_sighting: int, dice: random.Random) -> Iterator[Frame]:
    clock, here, sighting = _FIRST_MORNING, dice.choice(PLACES), last_sighting
    satellites = True
    while True:
        if (sighting - last_sighting) % _AT_A_PLACE == 0:
            clock, here = _on_the_way(clock, here, dice)
            satellites = dice.random() < camera.gps_share
        group = [next(found)]
        if dice.random() < _ALTERNATING:
            group.append(next(found))
        shots = _in_turns([_shots(sighting + 1 + place, scene, dice) for place, scene in enumerate(group)])
        sighting += len(group)
        for number, scene, source, pause in shots:
            clock += timedelta(seconds=pause)
            camera.taken += 1
            yield Frame(source, number, scene, here, camera, clock.astimezone(UTC), satellites, camera.taken)
        clock += timedelta(seconds=_until_the_next(dice))


Shot = tuple[int, Scene, Path, float]
"""Sighting, scene, source, seconds since the shot before."""


def _shots(number: int, scene: Scene, dice: random.Random) -> list[Shot]:
    shots: list[Shot] = []
    for source, frames in zip(scene.sources, scene.frames, strict=True):
        for frame in range(frames):
            pause = dice.uniform(3, 40) if frame == 0 and shots else dice.uniform(0.1, 2.5)
            shots.append((number, scene, source, pause))
    return shots


def _in_turns(groups: Sequence[list[Shot]]) -> Iterator[Shot]:
    """Two frames of one, two of the other, and so on."""
    waiting = [list(group) for group in groups]
    while any(waiting):
        for group in waiting:
            yield from group[:2]
            del group[:2]


def _until_the_next(dice: random.Random) -> float:
    """Seconds between two sightings: a third of them follows so soon that time does not tell them apart."""
    kind = dice.random()
    if kind < 0.33:
        return dice.uniform(4, 55)
    return dice.uniform(65, 400) if kind < 0.9 else dice.uniform(400, 2400)


def _on_the_way(clock: datetime, here: Place, dice: random.Random) -> tuple[datetime, Place]:
    later = clock + timedelta(minutes=dice.uniform(25, 70))
    if later - later.replace(hour=6, minute=40, second=0, microsecond=0) > timedelta(hours=_HOURS):
        later = (later + timedelta(days=1)).replace(hour=6, minute=dice.randrange(60))
    return later, dice.choice([place for place in PLACES if place != here])


def name_of(frame: Frame) -> str:
    camera = frame.camera
    file = f"{camera.stem}{frame.number:04d}.JPG"
    if camera.by_day:
        return f"nikon/{frame.moment.astimezone(ZONE):%Y-%m-%d} {frame.place.name}/{file}"
    return f"canon/DCIM/{100 + frame.number // _ON_A_CARD_FOLDER}CANON/{file}"
