"""Columns of made photos."""

from dataclasses import dataclass

import numpy as np

from shared.sightings.frames import Frames, Numbering, camera_of, floats, series_of

WIDTH = 8


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo; `bird` is what it shows: frames of one number are alike. None: there is no embedding."""

    name: str
    moment: float | None = None
    bird: int | None = 0
    place: tuple[float, float] | None = None
    serial: str | None = None
    bytes: str | None = None
    model: int = 0


def columns(shots: list[Shot]) -> Frames:
    series, numbers = zip(*(series_of(shot.name) for shot in shots), strict=True)
    return Frames(
        Numbering()(
            camera_of(shot.name, f"a camera #{shot.serial}" if shot.serial else "a camera") for shot in shots
        ),
        floats([shot.moment for shot in shots]),
        Numbering()(series),
        np.array(numbers, np.int64),
        floats([shot.place and shot.place[0] for shot in shots]),
        floats([shot.place and shot.place[1] for shot in shots]),
        Numbering()(shot.bytes or shot.name for shot in shots),
        np.array([shot.model for shot in shots], np.intp),
        np.stack(
            [np.zeros(WIDTH) if shot.bird is None else np.eye(WIDTH)[shot.bird] for shot in shots]
        ).astype(np.float16),
    )
