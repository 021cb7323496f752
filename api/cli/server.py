"""Which server to talk to, as variables, configuration or the running local stack say; and a client of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.cli.config import Server, read_config
from api.cli.running import CouldNotRunError, say
from api.cli.waiting import Limited
from api.client import BirdsApiError, BirdsClient, Patience, ServerUnreachableError
from shared.local_stack import LocalStackError, read_stack


def find_server(data: Path | None) -> Server:
    """From BIRDS_URL and BIRDS_KEY, which flags set for one run; else from the stack in `data` where that is
    named, or from the configuration, or from a stack in the usual places. Raises `CouldNotRunError`."""
    url, key = os.environ.get("BIRDS_URL"), os.environ.get("BIRDS_KEY")
    if url and key:
        return Server(url, key)
    if url or key:
        return _completed(url, key)
    found = None if data else read_config()
    if found is None and (stack := local_stack(data)) is not None:
        found = Server(stack["url"], stack["key"])
    if found is None:
        raise CouldNotRunError(
            "no server: birds login URL, or set BIRDS_URL and BIRDS_KEY, or start one with scripts/up"
        )
    return found


def _completed(url: str | None, key: str | None) -> Server:
    """Half of it was said. The other half is the configuration's, but no server is shown another's key."""
    config = read_config()
    if config is not None and key:
        return Server(config.url, key)
    if config is not None and url and url.rstrip("/") == config.url.rstrip("/"):
        return config
    raise CouldNotRunError(f"{'BIRDS_KEY' if url else 'BIRDS_URL'} is not set; both are needed")


@asynccontextmanager
async def connected(data: Path | None, patience: Patience) -> AsyncIterator[BirdsClient]:
    """A client of the server that `find_server` finds. Raises `CouldNotRunError`."""
    async with connected_to(find_server(data), patience) as client:
        yield client


@asynccontextmanager
async def connected_to(server: Server, patience: Patience) -> AsyncIterator[BirdsClient]:
    """Raises `CouldNotRunError` for whatever the server says no to."""
    try:
        told = replace(patience, waiting=Limited(say))
        async with BirdsClient(server.url, server.key, patience=told) as client:
            yield client
    except ServerUnreachableError as error:
        raise CouldNotRunError(f"{error.detail}; is the server running?") from None
    except BirdsApiError as error:
        refused = error.code == "unauthorized"  # of Birds itself: a 401 without it is a proxy's
        raise CouldNotRunError("the server refused the key" if refused else error) from None


def local_stack(data: Path | None) -> dict[str, Any] | None:
    """As it describes itself. Raises `CouldNotRunError`."""
    try:
        return read_stack(data)
    except LocalStackError as error:
        raise CouldNotRunError(str(error)) from None
