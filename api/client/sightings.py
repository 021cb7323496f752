"""Sightings: the photos of a batch by the birds that they show."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypedDict

from api.client.records import FinalNameDocument
from api.client.transport import Transport

_PAGE = 100  # sightings a request
_LOOK_AGAIN_S = 0.5


class FrameDocument(TypedDict):
    """One photo of a sighting; `repeats`: an earlier frame that shows all but the same picture."""

    photo_id: str
    seq: int | None
    name: str
    final: FinalNameDocument | None
    disagrees: bool
    repeats: str | None


class SightingDocument(TypedDict):
    """Photos of one bird by one camera, one soon after the other; of very many only the first are listed."""

    sighting_id: str
    final: FinalNameDocument
    bird_probability: float | None
    photos: int
    reviewed: int
    best_photo_id: str
    local: str | None
    utc: str | None
    latitude: float | None
    longitude: float | None
    frames: list[FrameDocument]


class SightingsState(TypedDict):
    """How they stand; `total`: None until they are made."""

    total: int | None
    gap_s: float
    up_to_date: bool


class NamedSightingsDocument(TypedDict):
    """The sightings of one name."""

    name: str
    scientific_name: str | None
    rank: str
    sightings: int
    photos: int
    reviewed: int
    to_check: int


class SightingSummary(TypedDict):
    """Most sightings first."""

    names: list[NamedSightingsDocument]
    standing: SightingsState


class SightingCalls:
    """Calls about the sightings of a batch."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def of(self, batch_id: str) -> AsyncIterator[SightingDocument]:
        """In the order of time, fetched as they are asked for."""
        params = {"limit": str(_PAGE)}
        while True:
            page = await self._transport.json("GET", f"v1/batches/{batch_id}/sightings", params=params)
            for one in page["sightings"]:
                yield one
            if page["next_cursor"] is None:
                return
            params["cursor"] = str(page["next_cursor"])

    async def names(self, batch_id: str) -> SightingSummary:
        summary: SightingSummary = await self._transport.json("GET", f"v1/batches/{batch_id}/sightings/names")
        return summary

    async def make(self, batch_id: str, **gap_s: float | None) -> SightingsState:
        """Have them made anew; `gap_s=None`: by the server's gap, left out: by that of before."""
        state: SightingsState = await self._transport.json(
            "POST", f"v1/batches/{batch_id}/sightings", json=gap_s
        )
        return state

    async def made(self, batch_id: str) -> SightingSummary:
        """As soon as none are being made any more."""
        while True:
            summary = await self.names(batch_id)
            if summary["standing"]["up_to_date"]:
                return summary
            await asyncio.sleep(_LOOK_AGAIN_S)
