"""Columns of the photos of a batch, gathered from the ledger's rows as they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.scoring.reading import HALF
from shared.sightings.frames import Frames, Numbering, camera_of, floats, series_of

_WIDTH: Final = 256
"""Numbers of an embedding at most."""


class Gathering:
    """Takes rows some at a time; of each photo it keeps some 700 bytes, most of them its embedding."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []
        self._gradients = [np.zeros(0, np.int64)]
        self._cameras, self._series, self._pictures, self._models = (Numbering() for _ in range(4))
        self._parts = [self._part([])]

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """As the ledger's `frames_after` gives them."""
        self.ids += [row["id"] for row in rows]
        self._gradients.append(np.array([row["gradient"] or 0 for row in rows], np.int64))
        self._parts.append(self._part(rows))

    @property
    def gradients(self) -> NDArray[np.int64]:
        """(N,) as `repeats` takes them."""
        return np.concatenate(self._gradients)

    def frames(self) -> Frames:
        """Of all that was added, in that order."""
        columns = (
            np.concatenate([getattr(part, column.name) for part in self._parts]) for column in fields(Frames)
        )
        found = Frames(*columns)
        return replace(found, series=self._series.ranks()[found.series])  # whatever was answered first

    def _part(self, rows: Sequence[Mapping[str, Any]]) -> Frames:
        named = [series_of(row["name"]) for row in rows]
        return Frames(
            camera=self._cameras(camera_of(row["name"], row["camera"]) for row in rows),
            moment=floats(row["moment"] for row in rows),
            series=self._series(series for series, _ in named),
            number=np.array([number for _, number in named], np.int64),
            latitude=floats(row["latitude"] for row in rows),
            longitude=floats(row["longitude"] for row in rows),
            picture=self._pictures(row["blob_id"] for row in rows),
            model=self._models(row["model_id"] for row in rows),
            embedding=_embeddings([row["embedding"] for row in rows]),
        )


def _embeddings(packed: Sequence[bytes | None]) -> NDArray[np.float16]:
    """(N, _WIDTH), 0 where there is none, and behind the numbers of a narrower model."""
    found = np.zeros((len(packed), _WIDTH), np.float16)
    for row, data in enumerate(packed):
        if data:
            values = np.frombuffer(data, HALF)
            found[row, : len(values)] = values
    return found
