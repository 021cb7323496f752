"""The same command again: goes on with what was interrupted, and answers nothing anew that was answered."""

import asyncio
import csv
import hashlib
import io
import lzma
import os
import re
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from api.cli.running import counted, say
from api.cli.sending.findings import UNREADABLE
from api.cli.sending.many_files import ManyFiles
from api.cli.sending.packed import packed
from api.cli.sending.run import ClassifyOrder, Opened
from api.client import BatchDocument, BirdsClient, LocalFile, Outcome
from api.client.outcomes import LEFT_OUT
from api.client.previews import is_raw, with_previews
from api.client.records import Reason
from shared.photo.sniff import SNIFF_BYTES, ZIP, content_type

PAGE = 1000  # results a request
OURS = frozenset((LEFT_OUT, UNREADABLE))  # codes of files that were not sent: they may have changed
CANCELLED = "cancelled"  # of a photo or a file: its batch was
BLOCK = 1024 * 1024
ZIP_SUFFIX = re.compile(r"\.zip$", re.IGNORECASE)
# What zipfile raises of archives that are cut, damaged, locked or packed in ways that it does not know.
DAMAGED = (
    OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip


@dataclass(slots=True)
class AnsweredPhoto:
    """One of a finished batch, by its packed ID; and those of the same bytes by name, if there are any."""

    id: int
    name: str
    batch_id: str
    twins: "dict[str, AnsweredPhoto] | None" = None

    def named(self, name: str) -> "AnsweredPhoto | None":
        """That of these bytes and this name."""
        return self if name == self.name else (self.twins or {}).get(name)


@dataclass
class Earlier:
    """Finished batches of one name: their photos by packed digest, and the files that they refused."""

    batches: list[BatchDocument] = field(default_factory=list)
    photos: dict[int, AnsweredPhoto] = field(default_factory=dict)
    companions: dict[str, tuple[float, AnsweredPhoto]] = field(
        default_factory=dict
    )  # by raw file, with the time
    refused: dict[str, tuple[float, Outcome]] = field(default_factory=dict)
    """And what they left out: by name, with the batch's time."""

    def add(self, digest: int, photo: AnsweredPhoto) -> None:
        """The newest last, since of one name and the same bytes the newest counts."""
        first = self.photos.setdefault(digest, photo)
        if first.name == photo.name:
            photo.twins, self.photos[digest] = first.twins, photo
        else:
            first.twins = first.twins or {}
            first.twins[photo.name] = photo

    def known(self, file: LocalFile) -> list[AnsweredPhoto] | Outcome | None:
        """Its photo, of an archive every one, or why it was refused; None for what is new. Reads the file."""
        try:
            made, refused = self.refused.get(file.name, (0.0, None))
            if refused and not _is_ours(refused) and os.stat(file.path).st_mtime < made:
                return refused
            if file.archive:
                return self._all_in(file)
            alike = [self.photos[digest] for digest in _digests(file) if digest in self.photos]
            found = [photo for one in alike if (photo := one.named(file.name))]
            return found or self._beside_a_picture(file)
        except DAMAGED:
            return None  # whoever sends it tells what is wrong with it

    def beside_photos(self, archive: LocalFile) -> Iterator[Outcome]:
        """What in an archive that is known was refused or left out."""
        folder = f"{unpacked_name(archive.name)}/"
        return (outcome for name, (_, outcome) in self.refused.items() if name.startswith(folder))

    def _beside_a_picture(self, file: LocalFile) -> list[AnsweredPhoto] | None:
        """The photo of the picture that answers for a raw file of the same name."""
        made, photo = self.companions.get(file.name, (0.0, None))
        return [photo] if photo and os.stat(file.path).st_mtime < made else None

    def _all_in(self, file: LocalFile) -> list[AnsweredPhoto] | None:
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
                alike = self.photos.get(packed(digest.hexdigest()))
                if alike is None:
                    return None
                # Names in archives are made tidy: another one of the same bytes will do.
                found.append(alike.named(f"{unpacked_name(file.name)}/{entry.filename}") or alike)
        return found or None


def _is_cancelled(error: Reason | None) -> bool:
    return error is not None and error["code"] == CANCELLED


def _is_ours(outcome: Outcome) -> bool:
    return outcome.reason is not None and outcome.reason["code"] in OURS


def unpacked_name(archive: str) -> str:
    """The folder in which a server puts what is in an archive of this name."""
    return ZIP_SUFFIX.sub("", unicodedata.normalize("NFC", archive))


def _digests(file: LocalFile) -> Iterator[int]:
    """What the server may know it by: of a raw file perhaps the preview alone was sent."""
    yield packed(file.sha256())
    if is_raw(file):
        with tempfile.TemporaryDirectory(prefix="birds-") as folder:
            for smaller in with_previews([file], Path(folder)):
                yield packed(smaller.sha256())


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
                after = result["seq"] or after
                if _is_cancelled(result["error"]):
                    continue  # asked for again, it is answered
                photo = AnsweredPhoto(packed(result["photo_id"]), result["name"], batch["id"])
                earlier.add(packed(result["sha256"]), photo)
                for name in result["companions"]:
                    earlier.companions[name] = (made, photo)
        async for file in client.refused(batch["id"]):
            if file["code"] == CANCELLED:
                continue
            reason = Reason(code=file["code"], detail=file["detail"])
            earlier.refused[file["name"]] = (made, Outcome(file["name"], reason=reason))
    return earlier


async def open_batch(client: BirdsClient, name: str, files: ManyFiles, order: ClassifyOrder) -> Opened:
    """The batch that an earlier run left unfinished, or a new one; where nothing is new, the latest finished
    one that holds these files."""
    batches = await batches_called(client, name)
    earlier = Earlier() if order.again else await read_earlier(client, batches)
    new, photos, refused = await _split(earlier, files)
    if known := len(files) - len(new):
        say(f"{counted(known, 'file')} answered already, {len(new):,} new; --again answers all anew")
    holding = {photo.batch_id for photo in photos}
    held = [batch["id"] for batch in reversed(earlier.batches) if batch["id"] in holding]
    ids = [photo.id for photo in photos]
    opened = partial(Opened, files=new, held=held, photos=ids, refused=refused)
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
    earlier: Earlier, files: Iterable[LocalFile]
) -> tuple[ManyFiles, list[AnsweredPhoto], list[Outcome]]:
    """Those that are new, and of the others the photos and the refusals."""
    new = ManyFiles()
    photos: list[AnsweredPhoto] = []
    refused: list[Outcome] = []
    for file in files:
        known = await asyncio.to_thread(earlier.known, file) if earlier.batches else None
        if known is None:
            new.append(file)
        elif isinstance(known, Outcome):
            refused.append(known)
        else:
            photos += known
            if file.archive:
                refused += earlier.beside_photos(file)
    return new, photos, refused


async def new_files(earlier: Earlier, files: Iterable[LocalFile]) -> ManyFiles:
    """Those of `files` that no finished batch holds or refused."""
    return (await _split(earlier, files))[0]


async def save_exports(client: BirdsClient, opened: Opened, file: BinaryIO) -> None:
    """The CSV of several batches as one: a heading, then a row for each file as it is now."""
    if len(opened.batches) == 1:
        await client.save_export(opened.batches[0], file)
        return
    with ExitStack() as parts:
        texts = [
            await _exported(client, batch_id, parts.enter_context(tempfile.TemporaryFile()))
            for batch_id in opened.batches
        ]
        # A batch that names more species has more columns.
        columns = dict.fromkeys(column for text in texts for column in _table(text).fieldnames or ())
        out = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.DictWriter(out, list(columns))
        writer.writeheader()
        *earlier, latest = texts
        anew, photos = {row["name"] for row in _table(latest)}, frozenset(opened.photos)
        for text in earlier:
            writer.writerows(row for row in _table(text) if _still_holds(row, photos, anew))
        writer.writerows(_table(latest))
        out.detach()


async def _exported(client: BirdsClient, batch_id: str, part: BinaryIO) -> io.TextIOWrapper:
    await client.save_export(batch_id, part)
    return io.TextIOWrapper(part, "utf-8", newline="")


def _table(text: io.TextIOWrapper) -> "csv.DictReader[str]":
    """From its beginning, a row at a time."""
    text.seek(0)
    return csv.DictReader(text)


def _still_holds(row: dict[str, str], photos: Container[int], anew: Container[str]) -> bool:
    """Whether a row of an earlier batch tells of a file that was given now, and not of what it was then."""
    return packed(row["photo_id"]) in photos if row["photo_id"] else row["name"] not in anew
