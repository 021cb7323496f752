"""One run: an upload into one batch, new or left unfinished by an earlier run, and the answers to it."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from api.cli.places.site_commands import NOTHING_SAID, SiteOrder
from api.cli.sending.findings import Findings, unsent_entries
from api.cli.sending.many_files import ManyFiles
from api.cli.sending.packed import packed
from api.cli.sending.progress import Display, Standing, Ticker
from api.cli.sending.tally import Tally
from api.client import BatchDocument, BirdsClient, Outcome, Result
from api.client.batches import SaidOfBatch
from api.client.records import Lane
from api.client.tasks import run_all

BASE_LENGTH = 60  # characters; the rest of a long name tells nothing that the digest does not


@dataclass(frozen=True, slots=True)
class ClassifyOrder:
    """What the person asked for."""

    paths: Sequence[Path]
    name: str | None
    csv: Path | None
    json: bool
    wait: bool
    lane: Lane | None
    top_k: int | None
    verbose: bool = False
    again: bool = False
    site: SiteOrder = NOTHING_SAID
    said: SaidOfBatch = field(default_factory=SaidOfBatch)


@dataclass(frozen=True, slots=True)
class Opened:
    """The batch that a run sends to, and what earlier runs of the same name leave it to do."""

    batch: BatchDocument
    files: ManyFiles  # to be sent
    held: Sequence[str] = ()  # finished batches that hold the others, the oldest first
    photos: Sequence[int] = ()  # the others, as photos there by packed ID; a raw file and its JPEG are one
    refused: Sequence[Outcome] = ()  # files, and files in archives, that were refused or left out then

    @property
    def batches(self) -> list[str]:
        """All that have something to tell of the given files."""
        return list(dict.fromkeys((*self.held, self.batch["id"])))


class ClassifyRun:
    """One upload into one batch, with its answers; told of both by the client."""

    def __init__(self, client: BirdsClient, opened: Opened, order: ClassifyOrder, display: Display) -> None:
        self.tally = Tally()
        self._client = client
        self._opened = opened
        self._batch = opened.batch
        self._order = order
        self._ticker = Ticker(display)
        self._standing = Standing(0, 0)

    async def run(self, findings: Findings) -> None:
        files = findings.files
        given = len(files) + len(self._opened.photos)
        self._standing = Standing(files.photos, files.bytes)
        self.tally.account.left_out = len(findings.left_out)
        for outcome in findings.unreadable:
            self.tally.settle(outcome)
        await self._tell_held()
        await run_all([self._send(files), self._follow()] if self._order.wait else [self._send(files)])
        if self._batch["state"] == "closed":
            self.tally.account.leave_to_earlier(given)
        else:
            self.tally.account.accept(self._opened.photos)
        await self._tell_unsent(findings)

    def standing(self) -> Standing:
        """Where it stands now."""
        return replace(self._standing)

    async def _send(self, files: ManyFiles) -> None:
        if self._batch["state"] != "open":
            self._standing.accepted = self._batch["counts"]["accepted"]
            return  # all was sent before the interruption
        await self._client.send(self._batch["id"], files, watch=self)
        await self._client.close(self._batch["id"])

    async def _tell_unsent(self, findings: Findings) -> None:
        """So that the batch's list and exports have a row for every file that was given."""
        unsent = chain(unsent_entries(self.tally.refused), (file.entry for file in findings.left_out))
        await self._client.tell_unsent(self._batch["id"], unsent)

    async def _tell_held(self) -> None:
        """What was answered before; those batches may have photos that are not given now."""
        photos = frozenset(self._opened.photos)
        for batch_id in self._opened.held:
            async for result in self._client.results(batch_id):
                if packed(result["photo_id"]) in photos:
                    self._answered(result)

    async def _follow(self) -> None:
        if self._batch["id"] not in self._opened.held:
            async for result in self._client.results(self._batch["id"]):
                self._answered(result)

    def _answered(self, result: Result) -> None:
        if self._order.json:
            print(json.dumps(result, ensure_ascii=False), flush=True)
        self.tally.answer(result)
        self._standing.answered = self.tally.answered
        self._ticker.tick(self._standing)

    def bytes_sent(self, count: int) -> None:
        self._standing.sent_bytes += count
        self._ticker.tick(self._standing)

    def settled(self, outcome: Outcome) -> None:
        self.tally.settle(outcome)
        self._standing.accepted += outcome.photo_id is not None
        self._ticker.tick(self._standing)


def default_name(paths: Sequence[Path], host: str) -> str:
    """The same for the same paths on the same machine, and readable: `trip-1f0c9a7e`."""
    absolute = sorted(os.path.abspath(path) for path in paths)
    digest = hashlib.sha256("\0".join([host, *absolute]).encode("utf-8", "surrogateescape")).hexdigest()
    base = Path(os.path.abspath(paths[0])).name or "photos"
    return f"{base.encode('utf-8', 'replace').decode()[:BASE_LENGTH]}-{digest[:8]}"
