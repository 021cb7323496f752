"""`birds label` and `birds labels`: a person's word on photos, and what was said of one."""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ids import find_batch, find_photo, find_photos
from api.cli.output import report_console
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client import BirdsClient
from api.client.labels import LabelReceipt, PhotoQuery
from api.client.patience import IMPATIENT

MINUTE = slice(16)  # of a time as text


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """`species` None: take back what was said, or, with `accept`, each photo's own name."""

    photos: list[str]
    query: list[str]
    species: str | None
    accept: bool
    batch_id: str | None
    note: str | None
    count: int | None


async def label_photos(data: Path | None, order: LabelOrder) -> None:
    """Photos of one batch are one act, others one each. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        if order.batch_id is None or (order.species is None and not order.accept):
            await _one_by_one(client, order)
            return
        batch = await find_batch(client, order.batch_id)
        receipt = await client.label_many(
            batch["id"],
            order.species,
            photo_ids=await find_photos(client, order.photos, batch["id"]) if order.photos else None,
            query=_query(order.query) if order.query else None,
            note=order.note,
            count=order.count,
        )
    _tell(receipt, "accepted" if order.accept else f"called {order.species}", batch["id"])


async def _one_by_one(client: BirdsClient, order: LabelOrder) -> None:
    for photo in order.photos:
        photo_id = await find_photo(client, photo, order.batch_id)
        label = await client.label(photo_id, order.species, note=order.note, count=order.count)
        said = "the correction is taken back" if order.species is None else label["species"]
        say(f"photo {photo_id}: {said}")


async def undo(data: Path | None, batch_id: str, act_id: str | None) -> None:
    """An act, or the last of this key. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, batch_id)
        receipt = await client.undo_labels(batch["id"], act_id)
    _tell(receipt, "as before", batch["id"])


async def list_labels(data: Path | None, photo: str, batch_id: str | None) -> None:
    """All that was ever said of a photo, in the order of time."""
    async with connected(data, IMPATIENT) as client:
        said = await client.photo_labels(await find_photo(client, photo, batch_id))
    table = Table("When", "Who", "Said", "Shown until then", "Birds", "Note", box=None, header_style="bold")
    for label in said:
        shown, probability = label["shown"]["name"] or "", label["shown"]["probability"]
        table.add_row(
            label["at"][MINUTE].replace("T", " "),
            escape(label["by"] or ""),
            escape(label["species"] or "nothing any more") + (" (undone)" if label["undoes"] else ""),
            escape(shown) + ("" if probability is None else f" {probability:.0%}"),
            "" if label["count"] is None else f"{label['count']:,}",
            escape(label["note"] or ""),
        )
    report_console().print(table)


def _query(parts: list[str]) -> PhotoQuery:
    """As the server has it, which checks the rest: `reviewed=false`, `species=Mallard`."""
    query: PhotoQuery = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals:
            raise CouldNotRunError(f"{part!r} is no NAME=VALUE")
        try:
            query[name] = json.loads(value)  # type: ignore[literal-required]
        except ValueError:
            query[name] = value  # type: ignore[literal-required]
    return query


def _tell(receipt: LabelReceipt, done: str, batch_id: str) -> None:
    say(f"{counted(receipt['labelled'], 'photo')} {done}, {receipt['left_alone']:,} left alone")
    say(f"to take that back: birds label --undo --batch {batch_id} --act {receipt['act_id']}")
