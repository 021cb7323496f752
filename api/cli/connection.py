"""A client for one command, whose errors are what a person is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.cli.problems import CouldNotRunError
from api.cli.server import find_server
from api.client import BirdsApiError, BirdsClient, Patience, ServerUnreachableError


@asynccontextmanager
async def connected(data: Path | None, patience: Patience) -> AsyncIterator[BirdsClient]:
    """A client of the server that the environment or the stack in `data` names. Raises `CouldNotRunError`."""
    server = find_server(data)
    try:
        async with BirdsClient(server.url, server.key, patience=patience) as client:
            yield client
    except ServerUnreachableError as error:
        raise CouldNotRunError(f"{error.detail}; is the server running?") from None
    except BirdsApiError as error:
        raise CouldNotRunError("the server refused the key" if error.status == 401 else error) from None
