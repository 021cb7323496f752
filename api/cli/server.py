"""Which server to talk to: the environment says so, or the local stack that is running."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.cli.problems import CouldNotRunError
from shared.settings import read_settings

STACK_FILE = "stack.json"


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
    stack = read_stack(data)
    if stack is None:
        raise CouldNotRunError("no server: set BIRDS_URL and BIRDS_KEY, or start one with scripts/up")
    return Server(stack["url"], stack["key"])


def find_postgres(data: Path | None) -> str:
    """The ledger's address, from BIRDS_POSTGRES_URL or the stack."""
    if url := read_settings(_LedgerSettings).postgres_url:
        return url.get_secret_value()
    stack = read_stack(data)
    if stack is None:
        raise CouldNotRunError("no ledger: set BIRDS_POSTGRES_URL, or start a local stack with scripts/up")
    return str(stack["postgres_url"])


def read_stack(data: Path | None) -> dict[str, Any] | None:
    """What scripts/up wrote about its stack, None where there is none. Raises `CouldNotRunError`."""
    for folder in [data] if data else [Path("var"), Path(sys.prefix).parent / "var"]:
        try:
            stack: dict[str, Any] = json.loads((folder / STACK_FILE).read_text())
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise CouldNotRunError(f"{folder / STACK_FILE} can't be read: {error}") from None
        return stack
    return None
