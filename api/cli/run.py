"""One run: an upload into one batch, new or left unfinished by an earlier run, and the answers to it."""

import hashlib
import json
import os
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.cli.progress import Display, Standing, Ticker
from api.cli.tally import Tally
from api.client import BatchDocument, BirdsClient, LocalFile, Outcome, Result
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


class ClassifyRun:
    """One upload into one batch, with its answers; told of both by the client."""

    def __init__(
        self, client: BirdsClient, batch: BatchDocument, order: ClassifyOrder, display: Display
    ) -> None:
        self.tally = Tally()
        self._client = client
        self._batch = batch
        self._order = order
        self._ticker = Ticker(display)
        self._standing = Standing(0, 0)

    async def run(self, files: Sequence[LocalFile]) -> None:
        photos = [file for file in files if not file.archive]
        self._standing = Standing(len(photos), sum(file.size for file in files))
        await run_all([self._send(files), self._follow()] if self._order.wait else [self._send(files)])

    def standing(self) -> Standing:
        """Where it stands now."""
        return replace(self._standing)

    async def _send(self, files: Sequence[LocalFile]) -> None:
        if self._batch["state"] != "open":
            self._standing.accepted = self._batch["counts"]["accepted"]
            return  # all was sent before the interruption
        await self._client.upload(self._batch["id"], files, watch=self)
        await self._client.close(self._batch["id"])

    async def _follow(self) -> None:
        async for result in self._client.results(self._batch["id"]):
            self._answered(result)

    def _answered(self, result: Result) -> None:
        if self._order.json:
            print(json.dumps(result, ensure_ascii=False), flush=True)
        self.tally.answer(result)
        self._standing.answered = len(self.tally.answers)
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


async def unfinished_batch(batches: AsyncIterable[BatchDocument], name: str) -> BatchDocument | None:
    """The first of `batches` (newest first) with that name that still has something to do."""
    async for batch in batches:
        if batch["name"] == name and batch["state"] != "finished":
            return batch
    return None
