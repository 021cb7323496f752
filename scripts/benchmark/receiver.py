"""Many websockets in one process, as cheap as they can be received: `python -m scripts.benchmark.receiver`.

Reads lines `BATCH_ID KEY` from standard input up to an empty one, opens a socket for each, prints `ready`,
and after the end of input, once as many answers have come as are due, one line of JSON: how old they were.
"""

import asyncio
import base64
import json
import os
import re
import sys
import time
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

import uvloop

FINISHED = re.compile(rb'"finished_at":"([^"]+)"')
OPENING_AT_ONCE = 50
LATEST_S = 60.0  # that answers are waited for: what is lost does not come
TAIL = 64  # bytes of a piece that may hold the beginning of a time


class Receipts:
    """Ages in seconds: of the oldest answer in each piece that arrived, since its transaction began."""

    def __init__(self, due: int) -> None:
        self.ages: list[float] = []
        self.answers = 0
        self.all = asyncio.Event()
        self._due = due
        self._moments: dict[bytes, float] = {}

    def note(self, piece: bytes, tail: bytes) -> None:
        now = time.time()
        if first := FINISHED.search(tail + piece):
            self.ages.append(now - self._moment(first[1]))
            self.answers += piece.count(b'"type":"result"')
            if self.answers >= self._due:
                self.all.set()

    def _moment(self, text: bytes) -> float:
        if text not in self._moments:
            self._moments[text] = datetime.fromisoformat(text.decode()).timestamp()
        return self._moments[text]


class Socket(asyncio.Protocol):
    """The least of a websocket's client: it asks for the upgrade, and answers no ping."""

    def __init__(self, host: str, batch_id: str, key: str, receipts: Receipts) -> None:
        self._arrivals = receipts
        self._tail = b""
        nonce = base64.b64encode(os.urandom(16)).decode()
        self._request = (
            f"GET /v1/batches/{batch_id}/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {nonce}\r\n\r\n"
        ).encode()
        self.opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.WriteTransport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        if self.opened.done():
            self._arrivals.note(data, self._tail)
            self._tail = data[-TAIL:]
        elif data.startswith(b"HTTP/1.1 101"):
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(data[:200].decode(errors="replace")))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed while it was opened"))


async def receive(host: str, port: int, due: int, wanted: list[tuple[str, str]]) -> dict[str, Any]:
    loop, receipts, turn = asyncio.get_running_loop(), Receipts(due), asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(batch_id: str, key: str) -> None:
        async with turn:
            _, socket = await loop.create_connection(
                lambda: Socket(f"{host}:{port}", batch_id, key, receipts), host, port
            )
            await socket.opened

    await asyncio.gather(*(open_one(*one) for one in wanted))
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    with suppress(TimeoutError):
        async with asyncio.timeout(LATEST_S):
            await receipts.all.wait()
    return {"ages": receipts.ages, "answers": receipts.answers}


def main() -> None:
    host, port, due = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wanted = []
    while line := sys.stdin.readline().strip():
        batch_id, key = line.split()
        wanted.append((batch_id, key))
    print(json.dumps(uvloop.run(receive(host, port, due, wanted))), flush=True)


if __name__ == "__main__":
    main()
