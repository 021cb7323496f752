"""The clock doctor: by how much a camera's clock was wrong, by frames with a satellite's time beside it.

A receiver writes the time of its last fix, which may be minutes old, never of the future, and one fix may go
into many frames. So each fix counts once, by its first frame, and what most frames agree on counts, not their
mean. A clock's error is told in the sense of a site's shift: seconds to add.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import median

from shared.photo.taken import TakenTime, TimeSource
from shared.place.beside import coincidence
from shared.place.effective import place_and_time
from shared.place.site import Site, site_of
from shared.place.zones import local_at

TOLERANCE_S = 120  # of a fix that lags, and of clocks that nobody sets to the second
LEAST_FRAMES = 3  # two can agree by chance
LEAST_AGREEMENT = 0.8  # of the frames
_NO_CLOCK = frozenset((TimeSource.GPS, TimeSource.FILE_NAME))


class Evidence(StrEnum):
    SATELLITES = "satellites"
    OTHER_CLOCK = "other-clock"  # of a camera or phone that took photos at the same time, and knows it


class Verdict(StrEnum):
    RIGHT = "right"
    SHIFT = "shift"
    TOO_FEW = "too-few"  # frames that tell anything
    UNCLEAR = "unclear"  # frames contradict each other


@dataclass(frozen=True, slots=True)
class ClockFrame:
    """A photo with a satellite's time beside its camera's clock."""

    name: str
    camera: str | None
    taken: TakenTime
    gps_at: datetime
    position: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the frames of one camera in one folder say of its clock."""

    folder: str
    camera: str | None
    frames: int
    """Fixes that tell something; beside another clock, minutes in which it took photos."""
    agreeing: int
    """Those within TOLERANCE_S of what most say; minutes in which the other took photos, too."""
    verdict: Verdict
    error_s: int | None
    """What most say, also where it is too little to be sure of; None where nothing does."""
    by: Evidence = Evidence.SATELLITES


def readings(frames: Iterable[ClockFrame], sites: Sequence[Site]) -> list[ClockReading]:
    """By folder and camera; `sites`: what is said of the batch, for zones of photos without a place."""
    ordered = sorted(frames, key=lambda frame: (_group(frame), frame.gps_at))
    return [
        _reading(folder, camera, list(group), sites)
        for (folder, camera), group in groupby(ordered, key=_group)
    ]


@dataclass(frozen=True, slots=True)
class ClockMinute:
    """One in which a camera took photos, by its own clock."""

    folder: str
    camera: str
    local: datetime
    knows: bool
    """Whether the offset was recorded with it, as phones do: then it is right."""


def beside_others(found: Sequence[ClockReading], minutes: Sequence[ClockMinute]) -> list[ClockReading]:
    """`found`, and of cameras of which it can't say anything what follows from photos of the others."""
    said = [one for one in found if one.verdict in (Verdict.RIGHT, Verdict.SHIFT)]
    errors = {(one.folder, one.camera): _error_of(one) for one in said}
    sure = [
        (minute.camera, minute.local + timedelta(seconds=errors.get((minute.folder, minute.camera), 0)))
        for minute in minutes
        if minute.knows or (minute.folder, minute.camera) in errors
    ]
    told: dict[tuple[str, str | None], ClockReading] = {(one.folder, one.camera): one for one in found}
    unknown = {minute.camera for minute in minutes if not minute.knows} - {one.camera for one in said}
    for camera in sorted(unknown):
        own = [minute for minute in minutes if minute.camera == camera and not minute.knows]
        together = coincidence(
            (minute.local for minute in own), (local for other, local in sure if other != camera)
        )
        if together is not None and together.is_clear:
            verdict = Verdict.RIGHT if abs(together.shift_s) <= TOLERANCE_S else Verdict.SHIFT
            count = len({minute.local for minute in own})
            for folder in {minute.folder for minute in own}:
                told[folder, camera] = ClockReading(
                    folder, camera, count, together.pairs, verdict, together.shift_s, Evidence.OTHER_CLOCK
                )
    return sorted(told.values(), key=lambda one: (one.folder, one.camera or ""))


def _error_of(reading: ClockReading) -> int:
    return (reading.error_s or 0) if reading.verdict is Verdict.SHIFT else 0


def shifted(sites: Sequence[Site], found: Iterable[ClockReading]) -> list[Site]:
    """`sites` with the shifts that follow, of folders alone whose cameras agree."""
    by_folder = {site.folder: site for site in sites}
    ordered = sorted(found, key=lambda one: one.folder)  # a folder before those below it
    for folder, group in groupby(ordered, key=lambda one: one.folder):
        shift_s = _common([one for one in group if one.verdict in (Verdict.SHIFT, Verdict.RIGHT)])
        holding = site_of(by_folder.values(), f"{folder}/" if folder else "")
        if shift_s is not None and shift_s != holding.clock_shift_s:
            by_folder[folder] = replace(holding, folder=folder, clock_shift_s=shift_s)
    return sorted(by_folder.values(), key=lambda site: site.folder)


def _group(frame: ClockFrame) -> tuple[str, str]:
    return frame.name.rpartition("/")[0], frame.camera or ""


def _reading(folder: str, camera: str, frames: Sequence[ClockFrame], sites: Sequence[Site]) -> ClockReading:
    by_fix: dict[datetime, float] = {}
    for frame in frames:
        error_s = _error_s(frame, sites)
        if error_s is not None:  # the first frame of a fix has waited least for it
            by_fix[frame.gps_at] = max(error_s, by_fix.get(frame.gps_at, error_s))
    errors = list(by_fix.values())
    most = median(errors) if errors else None
    agreeing = sum(most is not None and abs(error_s - most) <= TOLERANCE_S for error_s in errors)
    if len(errors) < LEAST_FRAMES:
        verdict = Verdict.TOO_FEW
    elif agreeing < LEAST_AGREEMENT * len(errors):
        verdict = Verdict.UNCLEAR
    else:
        assert most is not None
        verdict = Verdict.RIGHT if abs(most) <= TOLERANCE_S else Verdict.SHIFT
    error = None if most is None else round(most)
    return ClockReading(folder, camera or None, len(errors), agreeing, verdict, error)


def _error_s(frame: ClockFrame, sites: Sequence[Site]) -> float | None:
    """Of the recorded clock, whatever shift is said already; None where its zone is unknown."""
    if frame.taken.source in _NO_CLOCK or frame.taken.local is None:
        return None
    if frame.taken.utc is not None:
        return (frame.gps_at - frame.taken.utc).total_seconds()
    zone = place_and_time(frame.taken, frame.position, site_of(sites, frame.name)).zone
    if zone is None:
        return None
    return (local_at(zone, frame.gps_at)[0] - frame.taken.local).total_seconds()


def _common(found: Sequence[ClockReading]) -> int | None:
    """The shift that all cameras of a folder need; None where they differ."""
    known = [_error_of(one) for one in found]
    if not known or max(known) - min(known) > TOLERANCE_S:
        return None
    return round(median(known))
