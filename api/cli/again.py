"""The same command again: goes on with what was interrupted, and answers nothing anew that was answered."""

import asyncio
import csv
import hashlib
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from api.cli.findings import UNREADABLE
from api.cli.run import ClassifyOrder, Opened
from api.cli.running import counted, say
from api.client import BatchDocument, BirdsClient, LocalFile, Outcome
from api.client.outcomes import LEFT_OUT
from api.client.previews import is_raw, with_previews
from api.client.records import Reason
from shared.photo.sniff import SNIFF_BYTES, ZIP, content_type

PAGE = 1000  # results a request
OURS = frozenset((LEFT_OUT, UNREADABLE))  # codes of files that were not sent: they may have changed
BLOCK = 1024 * 1024
# What zipfile raises of archives that are cut, damaged, locked or packed in ways that it does not know.
DAMAGED = (
    OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip


@dataclass
class Earlier:
    """Finished batches of one name: their photos by digest and name, and the files that they refused."""

    batches: list[BatchDocument] = field(default_factory=list)
    photos: dict[str, dict[str, str]] = field(default_factory=dict)  # IDs by name, by digest
    companions: dict[str, tuple[float, str]] = field(default_factory=dict)  # by raw file, with the time
    batch_of: dict[str, str] = field(default_factory=dict)  # by photo
    refused: dict[str, tuple[float, Outcome]] = field(default_factory=dict)  # by name, with the batch's time

    def known(self, file: LocalFile) -> list[str] | Outcome | None:
        """Its photo, of an archive every one, or why it was refused; None for what is new. Reads the file."""
        try:
            if file.name in self.refused:
                made, outcome = self.refused[file.name]
                if file.path.stat().st_mtime < made:
                    return outcome
            if file.archive:
                return self._all_in(file)
            found = [self.photos.get(digest, {}).get(file.name) for digest in _digests(file)]
            return [photo for photo in found if photo is not None] or self._beside_a_picture(file)
        except DAMAGED:
            return None  # whoever sends it tells what is wrong with it

    def _beside_a_picture(self, file: LocalFile) -> list[str] | None:
        """The photo of the picture that answers for a raw file of the same name."""
        made, photo = self.companions.get(file.name, (0.0, ""))
        return [photo] if file.path.stat().st_mtime < made else None

    def _all_in(self, file: LocalFile) -> list[str] | None:
        """The photos in a zip, where all are known and there is one."""
        found = []
        with zipfile.ZipFile(file.path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as stream:
                    head = stream.read(SNIFF_BYTES)
                    if content_type(head) in {None, ZIP}:
                        continue
                    digest = hashlib.sha256(head)
                    while block := stream.read(BLOCK):
                        digest.update(block)
                names = self.photos.get(digest.hexdigest())
                if names is None:
                    return None
                found.append(_likest(names, f"{Path(file.name).stem}/{entry.filename}"))
        return found or None


def _digests(file: LocalFile) -> Iterator[str]:
    """What the server may know it by: of a raw file perhaps the preview alone was sent."""
    yield file.sha256()
    if is_raw(file):
        with tempfile.TemporaryDirectory(prefix="birds-") as folder:
            for smaller in with_previews([file], Path(folder)):
                yield smaller.sha256()


def _likest(names: dict[str, str], name: str) -> str:
    """The ID under `name`, or under another one of the same bytes: names in archives are made tidy."""
    return names.get(name) or next(iter(names.values()))


async def batches_called(client: BirdsClient, name: str) -> list[BatchDocument]:
    """The newest first."""
    return [batch async for batch in client.batches() if batch["name"] == name]


async def read_earlier(client: BirdsClient, batches: Sequence[BatchDocument]) -> Earlier:
    """What the finished ones of `batches` hold; of several, the newest counts."""
    earlier = Earlier([batch for batch in batches if batch["state"] == "finished"])
    for batch in reversed(earlier.batches):
        made = datetime.fromisoformat(batch["created_at"]).timestamp()
        after = 0
        while (page := await client.result_page(batch["id"], after=after, limit=PAGE))["results"]:
            for result in page["results"]:
                earlier.photos.setdefault(result["sha256"], {})[result["name"]] = result["photo_id"]
                earlier.batch_of[result["photo_id"]] = batch["id"]
                for name in result["companions"]:
                    earlier.companions[name] = (made, result["photo_id"])
                after = result["seq"] or after
        async for file in client.refused(batch["id"]):
            if file["code"] not in OURS:
                reason = Reason(code=file["code"], detail=file["detail"])
                earlier.refused[file["name"]] = (made, Outcome(file["name"], reason=reason))
    return earlier


async def open_batch(
    client: BirdsClient, name: str, files: Sequence[LocalFile], order: ClassifyOrder
) -> Opened:
    """The batch that an earlier run left unfinished, or a new one; where nothing is new, the latest finished
    one that holds these files."""
    batches = await batches_called(client, name)
    earlier = Earlier() if order.again else await read_earlier(client, batches)
    new, photos, refused = await _split(earlier, files)
    if known := len(files) - len(new):
        say(f"{counted(known, 'file')} answered already, {len(new):,} new; --again answers all anew")
    holding = {earlier.batch_of[photo] for photo in photos}
    held = [batch["id"] for batch in reversed(earlier.batches) if batch["id"] in holding]
    opened = partial(Opened, files=new, held=held, photos=photos, refused=refused)
    for batch in batches:
        if batch["state"] != "finished":
            there = batch["counts"]["accepted"]
            total = counted(max(len(new), there), "photo")
            say(f"resuming batch {batch['id']}: {there:,} of {total} already there")
            if batch["state"] == "closed" and len(new) > there:
                say("it takes no more photos: run this again for those that came since")
            return opened(batch)
    if not new and known:
        latest = held[-1] if held else earlier.batches[0]["id"]
        return opened(next(batch for batch in batches if batch["id"] == latest))
    return opened(await client.create_batch(name, lane=order.lane, top_k=order.top_k))


async def _split(
    earlier: Earlier, files: Sequence[LocalFile]
) -> tuple[list[LocalFile], list[str], list[Outcome]]:
    """Those that are new, and of the others the photos and the refusals."""
    new: list[LocalFile] = []
    photos: list[str] = []
    refused: list[Outcome] = []
    for file in files:
        known = await asyncio.to_thread(earlier.known, file) if earlier.batches else None
        if known is None:
            new.append(file)
        elif isinstance(known, Outcome):
            refused.append(known)
        else:
            photos += known
    return new, photos, refused


async def new_files(earlier: Earlier, files: Sequence[LocalFile]) -> list[LocalFile]:
    """Those of `files` that no finished batch holds or refused."""
    return (await _split(earlier, files))[0]


async def save_exports(client: BirdsClient, opened: Opened, file: BinaryIO) -> None:
    """The CSV of several batches as one: a heading, then a row for each file as it is now."""
    if len(opened.batches) == 1:
        await client.save_export(opened.batches[0], file)
        return
    with ExitStack() as parts:
        tables = [
            await _exported(client, batch_id, parts.enter_context(tempfile.TemporaryFile()))
            for batch_id in opened.batches
        ]
        # A batch that names more species has more columns.
        columns = dict.fromkeys(column for table in tables for column in table.fieldnames or ())
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.DictWriter(text, list(columns))
        writer.writeheader()
        *earlier, latest = tables
        rows = list(latest)
        anew = {row["name"] for row in rows}
        for table in earlier:
            writer.writerows(row for row in table if _still_holds(row, opened, anew))
        writer.writerows(rows)
        text.detach()


async def _exported(client: BirdsClient, batch_id: str, part: BinaryIO) -> "csv.DictReader[str]":
    await client.save_export(batch_id, part)
    part.seek(0)
    return csv.DictReader(io.TextIOWrapper(part, "utf-8", newline=""))


def _still_holds(row: dict[str, str], opened: Opened, anew: Container[str]) -> bool:
    """Whether a row of an earlier batch tells of a file that was given now, and not of what it was then."""
    return row["photo_id"] in opened.photos if row["photo_id"] else row["name"] not in anew
