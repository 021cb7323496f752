"""`scripts/attackers [ATTACK …]`: what one owner's two hundred photos take while somebody else means ill.

A stack of its own answers with the null engine. Each attack goes on, again and again, by another key or by
none, while the owner sends and reads; the time is told beside that of the same without an attack. Exits with
1 where it more than doubles.
"""

import argparse
import asyncio
import io
import itertools
import json
import statistics
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from PIL import Image

from api.client import BirdsClient
from scripts.benchmark.load import run_batch
from scripts.benchmark.photos import make_photos
from scripts.benchmark.system import System, written
from scripts.throwaway import ROOT
from shared.ledger.database import open_pool
from shared.ledger.keys import create_key

PHOTOS = 200
TRIES = 3  # of which the median counts
MOST = 2.0  # times as long as without an attack
UNDER_WAY_S = 4.0  # an attack has begun to weigh by then
READY = "ready"  # says an attacker whose photos are in place
DRIP_S = 15.0  # between two bytes
MB = 1_000_000
MULTIPART = "multipart/form-data; boundary=x"


@dataclass(frozen=True)
class Attacker:
    """Somebody with a key, and a batch of their own."""

    session: aiohttp.ClientSession
    client: BirdsClient
    url: str
    batch: str

    @property
    def photos(self) -> str:
        return f"{self.url}/v1/batches/{self.batch}/photos"

    async def send(self, body: Any, kind: str, url: str = "") -> None:
        """Whatever is answered, and where nothing is."""
        try:
            async with self.session.post(
                url or self.photos, data=body, headers={"Content-Type": kind}
            ) as answer:
                await answer.read()
        except (aiohttp.ClientError, ConnectionError):
            pass


def form(data: bytes, name: str = "photo.jpg", parts: int = 1) -> tuple[bytes, str]:
    part = f'--x\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'.encode()
    return (part + data + b"\r\n") * parts + b"--x--\r\n", MULTIPART


def jpeg(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


async def metadata_in_pieces(attacker: Attacker) -> None:
    small = jpeg(64)
    piece = b"\xff\xe1" + struct.pack(">H", 9) + b"Exif\0\0x"
    body, kind = form(small[:2] + piece * 250_000 + small[2:])
    await again(6, lambda: attacker.send(body, kind))


async def unknown_members(attacker: Attacker) -> None:
    body = json.dumps({f"a{number}": 0 for number in range(340_000)}).encode()
    await again(2, lambda: attacker.send(body, "application/json", f"{attacker.url}/v1/batches"))


async def dripping_archives(attacker: Attacker) -> None:
    head, _ = form(b"")
    begun = head.replace(b"photo.jpg", b"photos.zip")[:-9] + b"PK\x03\x04"
    await again(8, lambda: attacker.send(dripping(begun), MULTIPART))


async def stopped_uploads(attacker: Attacker) -> None:
    head, _ = form(b"")
    begun = head[:-9] + bytes(61 * MB)
    await again(6, lambda: attacker.send(dripping(begun), MULTIPART))


async def dripping(begun: bytes) -> AsyncIterator[bytes]:
    yield begun
    while True:
        await asyncio.sleep(DRIP_S)
        yield b"\0"


async def one_large_thumbnail(attacker: Attacker) -> None:
    await thumbnails(attacker, [jpeg(5000)])


async def large_thumbnails(attacker: Attacker) -> None:
    large = jpeg(5000)
    await thumbnails(attacker, [large + bytes([number]) for number in range(25)])


async def thumbnails_that_fail(attacker: Attacker) -> None:
    large = jpeg(5000)
    await thumbnails(attacker, [large[: -len(large) // 8] + bytes([number]) for number in range(5)])


async def thumbnails(attacker: Attacker, photos: Sequence[bytes]) -> None:
    """Those of each photo are asked for by 25 at a time, over and over."""
    for photo in photos:
        await attacker.send(*form(photo))
    async with attacker.session.post(f"{attacker.url}/v1/batches/{attacker.batch}/close") as answer:
        answer.raise_for_status()
    found = [one async for one in attacker.client.results(attacker.batch)]
    wanted = itertools.cycle(one["photo_id"] for one in found)

    async def look() -> None:
        async with attacker.session.get(f"{attacker.url}/v1/photos/{next(wanted)}/thumbnail") as answer:
            await answer.read()

    await again(25, look)


async def tiny_parts(attacker: Attacker) -> None:
    body, kind = form(b"x", parts=100_001)
    await again(1, lambda: attacker.send(body, kind))


async def silent_connections(attacker: Attacker) -> None:
    url = urlsplit(attacker.url)
    opened = [await asyncio.open_connection(url.hostname, url.port) for _ in range(300)]
    print(READY, flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        for _, writer in opened:
            writer.close()


ATTACKS: dict[str, Callable[[Attacker], Awaitable[None]]] = {
    one.__name__: one
    for one in (
        metadata_in_pieces,
        unknown_members,
        dripping_archives,
        stopped_uploads,
        one_large_thumbnail,
        large_thumbnails,
        thumbnails_that_fail,
        tiny_parts,
        silent_connections,
    )
}


async def again(together: int, call: Callable[[], Awaitable[None]]) -> None:
    """So many side by side, for ever."""
    print(READY, flush=True)

    async def keep() -> None:
        while True:
            await call()

    await asyncio.gather(*(keep() for _ in range(together)))


async def attack(name: str, url: str, key: str) -> None:
    """Goes on until it is killed."""
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        BirdsClient(url, key) as client,
        aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        batch = (await client.create_batch("mine"))["id"]
        await ATTACKS[name](Attacker(session, client, url, batch))


@asynccontextmanager
async def under(name: str, url: str, key: str) -> AsyncIterator[None]:
    """While it goes on, in a process of its own."""
    command = [sys.executable, "-m", "scripts.checks.attackers", name, "--at", url, "--key", key]
    attacker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        if attacker.stdout is not None:
            await attacker.stdout.readline()
        await asyncio.sleep(UNDER_WAY_S)
        yield
        if attacker.returncode is not None:
            raise RuntimeError(f"{name} came to an end, and nothing was measured")
    finally:
        if attacker.returncode is None:
            attacker.kill()
        await attacker.wait()


async def measure(names: Sequence[str]) -> float:
    """Prints as it goes; returns the worst factor."""
    photos = iter(written(make_photos(PHOTOS * (1 + TRIES * (1 + len(names))))))
    with System("null").running() as stack:
        async with open_pool(stack["postgres_url"], 1) as pool:
            other = (await create_key(pool, "attacker")).secret
        async with BirdsClient(stack["url"], stack["key"]) as owner:

            async def seconds() -> float:
                tries = [await run_batch(owner, [next(photos) for _ in range(PHOTOS)]) for _ in range(TRIES)]
                return statistics.median(one.seconds for one in tries)

            await run_batch(owner, [next(photos) for _ in range(PHOTOS)])  # all is warm from here on
            alone = await seconds()
            print(f"| attack | {PHOTOS} photos take, s | times as long |\n| --- | ---: | ---: |")
            print(f"| none | {alone:.2f} | 1 |", flush=True)
            worst = 1.0
            for name in names:
                async with under(name, stack["url"], other):
                    found = await seconds()
                worst = max(worst, found / alone)
                print(f"| {name} | {found:.2f} | {found / alone:.2f} |", flush=True)
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/attackers")
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=f"of {', '.join(ATTACKS)}; else all")
    parser.add_argument("--at", help=argparse.SUPPRESS)
    parser.add_argument("--key", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.attacks) - set(ATTACKS):
        parser.error(f"there is no attack {', '.join(sorted(unknown))}")
    if given.at:
        asyncio.run(attack(given.attacks[0], given.at, given.key))
    sys.exit(0 if asyncio.run(measure(given.attacks or list(ATTACKS))) <= MOST else 1)


if __name__ == "__main__":
    main()
