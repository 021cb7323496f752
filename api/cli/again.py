"""The same command again: goes on with what was interrupted, and answers nothing anew that was answered."""

import asyncio
import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from api.cli.run import ClassifyOrder
from api.cli.running import counted, say
from api.client import BatchDocument, BirdsClient, LocalFile
from shared.photo.sniff import SNIFF_BYTES, ZIP, content_type

PAGE = 1000  # results a request
BLOCK = 1024 * 1024


@dataclass
class Earlier:
    """Finished batches of one name, and the photos in them by their digests."""

    batches: list[BatchDocument] = field(default_factory=list)
    names: dict[str, set[str]] = field(default_factory=dict)  # of the photos with a digest

    def holds(self, file: LocalFile) -> bool:
        """These bytes under this name; of an archive, every photo in it. Reads the file."""
        try:
            if file.archive:
                return _all_known(file.path, self.names)
            return file.name in self.names.get(file.sha256(), ())
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
            return False  # whoever sends it tells what is wrong with it

    async def split(self, files: Sequence[LocalFile]) -> tuple[list[LocalFile], int]:
        """Those that are new, and the number of the others."""
        if not self.names:
            return list(files), 0
        new = [file for file in files if not await asyncio.to_thread(self.holds, file)]
        return new, len(files) - len(new)


async def batches_called(client: BirdsClient, name: str) -> list[BatchDocument]:
    """The newest first."""
    return [batch async for batch in client.batches() if batch["name"] == name]


async def read_earlier(client: BirdsClient, batches: Sequence[BatchDocument]) -> Earlier:
    """What the finished ones of `batches` hold."""
    earlier = Earlier([batch for batch in batches if batch["state"] == "finished"])
    for batch in earlier.batches:
        after = 0
        while (page := await client.result_page(batch["id"], after=after, limit=PAGE))["results"]:
            for result in page["results"]:
                earlier.names.setdefault(result["sha256"], set()).add(result["name"])
                after = result["seq"] or after
    return earlier


async def open_batch(
    client: BirdsClient, name: str, files: Sequence[LocalFile], order: ClassifyOrder
) -> tuple[BatchDocument, list[LocalFile], list[str]]:
    """The batch to send to, what to send, and the finished batches that hold the rest, the oldest first.

    The batch is the one that an earlier run left unfinished, or a new one, or where nothing is new the latest
    finished one, whose answers are told again.
    """
    batches = await batches_called(client, name)
    earlier = Earlier() if order.again else await read_earlier(client, batches)
    new, known = await earlier.split(files)
    if known:
        say(f"{counted(known, 'file')} answered already, {len(new):,} new; --again answers all anew")
    held = [batch["id"] for batch in reversed(earlier.batches)] if known else []
    for batch in batches:
        if batch["state"] != "finished":
            there = batch["counts"]["accepted"]
            total = counted(max(len(new), there), "photo")
            say(f"resuming batch {batch['id']}: {there:,} of {total} already there")
            if batch["state"] == "closed" and len(new) > there:
                say("it takes no more photos: run this again for those that came since")
            return batch, new, held
    if not new and earlier.batches:
        return earlier.batches[0], [], held[:-1]
    return await client.create_batch(name, lane=order.lane, top_k=order.top_k), new, held


async def save_exports(client: BirdsClient, batch_ids: Sequence[str], file: BinaryIO) -> None:
    """The CSV of several batches as one: a heading, then the rows of each."""
    if len(batch_ids) == 1:
        await client.save_export(batch_ids[0], file)
        return
    with ExitStack() as opened:
        tables = []
        for batch_id in batch_ids:
            part = opened.enter_context(tempfile.TemporaryFile())
            await client.save_export(batch_id, part)
            part.seek(0)
            tables.append(csv.DictReader(io.TextIOWrapper(part, "utf-8", newline="")))
        # A batch that names more species has more columns.
        columns = dict.fromkeys(column for table in tables for column in table.fieldnames or ())
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.DictWriter(text, list(columns))
        writer.writeheader()
        for table in tables:
            writer.writerows(table)
        text.detach()


def _all_known(path: Path, names: dict[str, set[str]]) -> bool:
    """Whether each photo in a zip is known; False where there is none."""
    photos = 0
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                head = stream.read(SNIFF_BYTES)
                if content_type(head) in {None, ZIP}:
                    continue
                digest = hashlib.sha256(head)
                while block := stream.read(BLOCK):
                    digest.update(block)
            photos += 1
            if digest.hexdigest() not in names:
                return False
    return photos > 0
