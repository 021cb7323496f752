"""Which server to talk to, as the environment or the local stack that is running says; and a client of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.cli.running import CouldNotRunError
from api.client import BirdsApiError, BirdsClient, Patience, ServerUnreachableError
from shared.local_stack import LocalStackError, read_stack
from shared.settings import read_settings


class _LedgerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BIRDS_", extra="ignore")

    postgres_url: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    key: str


def find_server(data: Path | None) -> Server:
    """From BIRDS_URL and BIRDS_KEY, else from the stack in `data` or in the usual places."""
    url, key = os.environ.get("BIRDS_URL"), os.environ.get("BIRDS_KEY")
    if url and key:
        return Server(url, key)
    if url or key:
        raise CouldNotRunError(f"{'BIRDS_KEY' if url else 'BIRDS_URL'} is not set; both are needed")
    stack = _stack(data)
    if stack is None:
        raise CouldNotRunError("no server: set BIRDS_URL and BIRDS_KEY, or start one with scripts/up")
    return Server(stack["url"], stack["key"])


def find_postgres(data: Path | None) -> str:
    """The ledger's address, from BIRDS_POSTGRES_URL or the stack."""
    if url := read_settings(_LedgerSettings).postgres_url:
        return url.get_secret_value()
    stack = _stack(data)
    if stack is None:
        raise CouldNotRunError("no ledger: set BIRDS_POSTGRES_URL, or start a local stack with scripts/up")
    return str(stack["postgres_url"])


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
        refused = error.code == "unauthorized"  # of Birds itself: a 401 without it is a proxy's
        raise CouldNotRunError("the server refused the key" if refused else error) from None


def _stack(data: Path | None) -> dict[str, Any] | None:
    try:
        return read_stack(data)
    except LocalStackError as error:
        raise CouldNotRunError(str(error)) from None
