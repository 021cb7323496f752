"""`birds login`: keeps a server and its key, once that server has taken the key."""

import os
import sys
from getpass import getpass
from urllib.parse import parse_qs, urldefrag

from api.cli.config import Server, write_config
from api.cli.running import CouldNotRunError, say
from api.cli.server import connected_to
from api.client.patience import IMPATIENT


async def sign_in(address: str) -> None:
    """At the server of `address`, which may be the page's with its key. Raises `CouldNotRunError`."""
    url, fragment = urldefrag(address)
    key = next(iter(parse_qs(fragment).get("key", ())), None) or os.environ.get("BIRDS_KEY") or _asked()
    if not key.isprintable() or not key:
        raise CouldNotRunError("that is no key")
    server = Server(url.rstrip("/"), key)
    async with connected_to(server, IMPATIENT) as client:
        await client.check()
    say(f"signed in to {server.url}; kept in {write_config(server)}")


def _asked() -> str:
    if sys.stdin.isatty():
        return getpass("Key: ").strip()
    return sys.stdin.readline().strip()
