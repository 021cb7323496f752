"""`birds watch`: classifies the photos of a folder as they arrive there."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from api.cli.running import CouldNotRunError, counted, say
from api.cli.sending.again import Earlier, batches_called, new_files, read_earlier
from api.cli.sending.arriving import Arriving
from api.cli.sending.run import default_name
from api.cli.sending.told import Told
from api.cli.server import connected
from api.cli.waiting import explained
from api.client import BatchDocument, BirdsApiError, BirdsClient, LocalFile, Outcome, Patience, Result
from api.client.tasks import run_all

ENDED = "ended; run the same command again to go on"
IDLE_SHARE = 5  # a look at a large folder takes its time: wait at least this many times as long


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What the person asked for."""

    folder: Path
    name: str | None
    json: bool
    every_s: float


async def watch(order: WatchOrder, data: Path | None) -> None:
    """Until it is cancelled. Raises `CouldNotRunError`."""
    if not order.folder.is_dir():
        raise CouldNotRunError(f"{order.folder} is no folder")
    name = order.name or f"watch-{default_name([order.folder], gethostname())}"
    arriving = Arriving(order.folder)
    async with connected(data, Patience(longest_wait_s=math.inf)) as client:
        await client.check()
        while True:
            batches = await batches_called(client, name)
            batch = next((one for one in batches if one["state"] == "open"), None)
            batch = batch or await client.create_batch(name)
            there = counted(batch["counts"]["accepted"], "photo")
            say(f"watching {order.folder}, batch {batch['id']}: {there} there already")
            await _Session(client, batch, batches, arriving, order).run()


class _BatchEndedError(Exception):
    """Somebody closed or deleted the batch: the next photos need another one."""


class _Session:
    """Sends to one batch, and follows it, for as long as it takes photos."""

    def __init__(
        self,
        client: BirdsClient,
        batch: BatchDocument,
        batches: list[BatchDocument],
        arriving: Arriving,
        order: WatchOrder,
    ) -> None:
        self._client = client
        self._batch = batch
        self._batches = batches
        self._arriving = arriving
        self._order = order
        self._told = Told(batch["id"])
        self._moves = 0  # files settled and photos answered

    async def run(self) -> None:
        try:
            async with explained(self._client, self._batch["id"], lambda: self._moves, say):
                await run_all((self._patiently(self._send), self._patiently(self._follow)))
        except _BatchEndedError:
            say(f"batch {self._batch['id']} takes no more photos")

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """A server that is away is waited for, however long; it is said each time that patience ends."""
        while True:
            try:
                await work()
            except BirdsApiError as error:
                if error.code == "not-found":
                    raise _BatchEndedError from None
                if not error.may_pass:
                    raise
                say(f"{error.detail}; trying again")
            else:
                return

    async def _send(self) -> None:
        earlier = await read_earlier(self._client, self._batches)
        while True:
            began = time.monotonic()
            try:
                files = await asyncio.to_thread(self._arriving.look)
            except CouldNotRunError as error:  # a card that is pulled comes back
                say(f"{error}; looking again")
                files = []
            pause_s = max(self._order.every_s, IDLE_SHARE * (time.monotonic() - began))
            if files and not await self._sent(files, earlier):
                return  # its last answers are still to come
            await asyncio.sleep(pause_s)

    async def _sent(self, files: list[LocalFile], earlier: Earlier) -> bool:
        """False where the batch takes no more."""
        new = await new_files(earlier, files)
        try:
            await self._client.send(self._batch["id"], new, watch=self)
        except BirdsApiError as error:
            if error.code != "batch-closed":
                raise
            return False
        self._arriving.took(files)
        return True

    async def _follow(self) -> None:
        async for result in self._client.results(self._batch["id"], after=self._told.seq):
            print(json.dumps(result, ensure_ascii=False) if self._order.json else _line(result), flush=True)
            self._told.note(result["seq"])
            self._moves += 1
        raise _BatchEndedError

    def bytes_sent(self, count: int) -> None:
        pass

    def settled(self, outcome: Outcome) -> None:
        self._moves += 1
        if outcome.reason is not None:
            say(f"failed {outcome.name}: {outcome.reason['code']}: {outcome.reason['detail']}")


def _line(result: Result) -> str:
    if result["error"] is not None:
        return f"{result['name']}: failed: {result['error']['code']}: {result['error']['detail']}"
    best = result["predictions"][0]
    return f"{result['name']}: {best['species']} {best['probability']:.0%}"
