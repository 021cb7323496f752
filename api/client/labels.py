"""What people say of photos: many at once, and taken back, to the end of the act."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypedDict
from uuid import uuid4

from api.client.records import FinalNameDocument, Result
from api.client.transport import Transport

PAGE = 1000  # photos a request


class ShownName(TypedDict):
    """What a photo was called until it was labelled."""

    name: str | None
    probability: float | None
    model: str | None


class LabelDocument(TypedDict):
    """A person's word on a photo, as an event of the batch's feed; `species` null: none stands any more."""

    seq: int
    photo_id: str
    act_id: str
    species: str | None
    scientific_name: str | None
    rank: str | None
    by: str | None
    at: str
    note: str | None
    count: int | None
    undoes: str | None
    shown: ShownName
    final: FinalNameDocument | None


class Label(TypedDict):
    """What a photo is called by now, as the model or the world list writes it."""

    photo_id: str
    species: str | None
    scientific_name: str | None
    rank: str | None
    act_id: str


class LabelReceipt(TypedDict):
    """How far an act of labelling, or of undoing one, has come."""

    act_id: str
    undoes: str | None
    labelled: int
    left_alone: int
    complete: bool


class PhotoQuery(TypedDict, total=False):
    """Which photos of a batch are meant: all that is given holds."""

    species: str
    rank: str
    min_probability: float
    max_probability: float
    state: str
    reviewed: bool
    in_range: bool
    sighting: str


class TaxonDocument(TypedDict):
    """What a photo can be called; `known`: the active model can give it."""

    name: str
    scientific_name: str | None
    rank: str
    family: str | None
    order: str | None
    ebird_code: str | None
    banding_code: str | None
    known: bool
    matched: str


async def label_photos(
    transport: Transport,
    batch_id: str,
    species: str | None,
    *,
    photo_ids: Sequence[str] | None,
    query: PhotoQuery | None,
    note: str | None,
    count: int | None,
) -> LabelReceipt:
    """One act, whose id is chosen here: a request whose answer was lost is sent again and does no harm."""
    given: dict[str, Any] = {
        "photo_ids": None if photo_ids is None else list(photo_ids),
        "query": query,
        "species": species,
        "accept": True if species is None else None,
        "note": note,
        "count": count,
        "act_id": str(uuid4()),
    }
    body = {name: value for name, value in given.items() if value is not None}
    while True:
        receipt: LabelReceipt = await transport.json("POST", f"v1/batches/{batch_id}/labels", json=body)
        if receipt["complete"]:
            return receipt


async def undo_labels(transport: Transport, batch_id: str, act_id: str | None) -> LabelReceipt:
    """Without `act_id` the first request is sent once: a second one would take back the act before."""
    while True:
        body = {} if act_id is None else {"act_id": act_id}
        path = f"v1/batches/{batch_id}/labels/undo"
        receipt: LabelReceipt = await transport.json("POST", path, json=body, repeatable=act_id is not None)
        if receipt["complete"]:
            return receipt
        act_id = receipt["undoes"]


async def photos_like(transport: Transport, batch_id: str, query: PhotoQuery) -> AsyncIterator[Result]:
    """In the order of seq."""
    params = {name: _written(value) for name, value in query.items()} | {"limit": str(PAGE)}
    while True:
        page = await transport.json("GET", f"v1/batches/{batch_id}/photos", params=params)
        for photo in page["photos"]:
            yield photo
        if page["next_cursor"] is None:
            return
        params["cursor"] = str(page["next_cursor"])


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
