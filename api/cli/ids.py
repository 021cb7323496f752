"""IDs as people give them: the beginning is enough where nothing else begins so."""

from collections.abc import AsyncIterable, Sequence
from itertools import pairwise
from typing import TypeVar

from api.cli.running import CouldNotRunError
from api.client import BatchDocument, BirdsClient

T = TypeVar("T")
DIGITS = 32  # of a UUID
DASHES_BEFORE = (8, 12, 16, 20)  # digits
SHORTEST = 8  # digits shown: fewer soon belong to two
AMBIGUOUS_SHOWN = 4


async def find_batch(client: BirdsClient, text: str) -> BatchDocument:
    """The batch whose ID begins with `text`. Raises `CouldNotRunError` where that is none or several."""
    digits = digits_of(text)
    if len(digits) == DIGITS:
        return await client.batch(dashed(digits))
    # Newest first, so those that begin so are the next ones before the first ID that can not.
    found: list[BatchDocument] = []
    async for batch in client.batches(before=beyond(digits)):
        if not digits_of(batch["id"]).startswith(digits) or len(found) > AMBIGUOUS_SHOWN:
            break
        found.append(batch)
    return only([(batch["id"], batch) for batch in found], text, "batch")


async def find_photo(client: BirdsClient, text: str, batch_id: str | None) -> str:
    """The ID of the photo whose ID begins with `text`; of one in the batch it may be the name, too.

    Raises `CouldNotRunError` where that is none or several.
    """
    if batch_id is not None:
        batch = await find_batch(client, batch_id)
        return only(await _photos(client, batch["id"], text), text, "photo of that batch")
    digits = digits_of(text)
    if len(digits) == DIGITS:
        return dashed(digits)
    found = []
    async for batch in client.batches(before=beyond(digits)):  # a photo is younger
        found += await _photos(client, batch["id"], text)
    return only(found, text, "photo")


async def find_photos(client: BirdsClient, texts: Sequence[str], batch_id: str) -> list[str]:
    """The same of several photos of one batch, which is read once."""
    found = await _photos_by(client, batch_id, texts)
    return [only(found[text], text, "photo of that batch") for text in texts]


async def _photos(client: BirdsClient, batch_id: str, text: str) -> list[tuple[str, str]]:
    return (await _photos_by(client, batch_id, [text]))[text]


async def _photos_by(
    client: BirdsClient, batch_id: str, texts: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Answered ones by name or ID, each with its ID twice."""
    beginnings = [(text, text.replace("-", "").lower()) for text in texts]
    found: dict[str, list[tuple[str, str]]] = {text: [] for text in texts}
    after = 0
    while True:
        page = await client.result_page(batch_id, after=after, limit=1000)
        for result in page["results"]:
            photo_id = result["photo_id"]
            digits = digits_of(photo_id)
            for text, beginning in beginnings:
                if result["name"] == text or digits.startswith(beginning):
                    found[text].append((photo_id, photo_id))
            after = result["seq"] or after
        if not page["results"]:
            return found


def only(found: Sequence[tuple[str, T]], text: str, noun: str) -> T:
    """The one thing that was found, by its ID. Raises `CouldNotRunError`."""
    if not found:
        raise CouldNotRunError(f"there is no {noun} {text!r}")
    if len(found) > 1:
        some = ", ".join(id for id, _ in found[:AMBIGUOUS_SHOWN])
        more = ", …" if len(found) > AMBIGUOUS_SHOWN else ""
        raise CouldNotRunError(f"{text!r} is ambiguous: {some}{more}")
    return found[0][1]


async def shortened(batches: AsyncIterable[BatchDocument], limit: int) -> list[tuple[str, BatchDocument]]:
    """The first `limit` batches (newest first), each with the beginning of its ID that no other batch has."""
    listed = []
    async for batch in batches:
        listed.append(batch)
        if len(listed) > limit:  # the next one counts, too
            break
    ids = [digits_of(batch["id"]) for batch in listed]
    # In order, so whoever has most in common with an ID stands beside it.
    needed = [SHORTEST, *(_in_common(one, other) + 1 for one, other in pairwise(ids))]
    length = min(max(needed), DIGITS)
    return [(dashed(id[:length]), batch) for id, batch in zip(ids, listed, strict=True)][:limit]


def digits_of(text: str) -> str:
    """Without dashes. Raises `CouldNotRunError` for what no ID begins with."""
    digits = text.replace("-", "").lower()
    if not digits or len(digits) > DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise CouldNotRunError(f"{text!r} is no ID: they are of the digits 0-9 and a-f")
    return digits


def beyond(digits: str) -> str | None:
    """The first ID after all that begin so; None: there is none."""
    following = int(digits.ljust(DIGITS, "f"), 16) + 1
    return dashed(f"{following:0{DIGITS}x}") if following < 16**DIGITS else None


def dashed(digits: str) -> str:
    """As IDs are written, however much of it there is."""
    cuts = [0, *(cut for cut in DASHES_BEFORE if cut < len(digits)), len(digits)]
    return "-".join(digits[start:end] for start, end in pairwise(cuts))


def _in_common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), DIGITS)
