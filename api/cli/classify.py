"""`birds classify`: sends photos while their answers come in."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from api.cli.connection import connected
from api.cli.output import check_writable, replacing
from api.cli.problems import EXIT_SOME_FAILED, CouldNotRunError, say
from api.cli.progress import Display, Standing, Ticker, open_display
from api.cli.report import print_report
from api.cli.resume import default_name, unfinished_batch
from api.cli.tally import Tally
from api.cli.terminal import report_console
from api.cli.walk import Findings, find_photos
from api.client import Batch, BirdsClient, LocalFile, Outcome, Patience, Result
from api.client.records import Lane
from api.client.tasks import run_all

INTERRUPTED = "interrupted; run the same command again to go on where it stopped"


@dataclass(frozen=True, slots=True)
class Order:
    """What the person asked for."""

    paths: Sequence[Path]
    name: str | None
    csv: Path | None
    json: bool
    wait: bool
    lane: Lane | None
    top_k: int | None


class Run:
    """One upload into one batch, with its answers; told of both by the client."""

    def __init__(self, client: BirdsClient, batch: Batch, order: Order, display: Display) -> None:
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


async def classify(order: Order, data: Path | None) -> int:
    """Returns the exit status: 0 all done, 1 some failed or were refused. Raises `CouldNotRunError`."""
    if order.csv:
        check_writable(order.csv)
    findings = await asyncio.to_thread(_find, order)
    began = time.monotonic()
    async with connected(data, Patience()) as client:
        await client.check()
        batch = await _open_batch(client, order, len(findings.files))
        display = open_display(results_on_stdout=order.json)
        run = Run(client, batch, order, display)
        run.tally.refusals += findings.unreadable
        try:
            await run.run(findings.files)
        finally:
            display.close()
        if batch["state"] == "open":
            say(f"{run.tally.sent:,} photos sent, {run.tally.there_already:,} were there already")
        if order.csv:
            with replacing(order.csv) as file:
                await client.save_export(batch["id"], file)
    _report(order, run.tally, batch, time.monotonic() - began)
    return EXIT_SOME_FAILED if run.tally.problems else 0


def _find(order: Order) -> Findings:
    findings = find_photos(order.paths)
    if line := findings.skipped_line():
        say(line)
    if not findings.files and not findings.unreadable:
        raise CouldNotRunError(f"no photos in {', '.join(str(path) for path in order.paths)}")
    return findings


async def _open_batch(client: BirdsClient, order: Order, files: int) -> Batch:
    """The one that an earlier run left unfinished, or a new one."""
    name = order.name or default_name(order.paths, gethostname())
    batch = await unfinished_batch(client.batches(), name)
    if batch is None:
        return await client.create_batch(name, lane=order.lane, top_k=order.top_k)
    there = batch["counts"]["accepted"]
    say(f"resuming batch {batch['id']}: {there:,} of {max(files, there):,} photos already there")
    return batch


def _report(order: Order, tally: Tally, batch: Batch, seconds: float) -> None:
    if not order.wait:
        for name, reason in tally.refusals:
            say(f"failed {name}: {reason}")
        print(batch["id"])
    elif order.json:
        for name, reason in tally.problems:
            say(f"failed {name}: {reason}")
        sys.stdout.flush()
    else:
        print_report(report_console(), tally, batch["id"], seconds)
