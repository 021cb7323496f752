"""The ledger itself, for what only its operator may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.cli.running import CouldNotRunError
from api.cli.server import local_stack
from shared.errors import LedgerAway
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.migrate import check_schema
from shared.settings import read_settings

CONNECTIONS = 1


class _LedgerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BIRDS_", extra="ignore")

    postgres_url: SecretStr | None = None


def find_postgres(data: Path | None) -> str:
    """The ledger's address, from BIRDS_POSTGRES_URL or the stack."""
    if url := read_settings(_LedgerSettings).postgres_url:
        return url.get_secret_value()
    stack = local_stack(data)
    if stack is None:
        raise CouldNotRunError("no ledger: set BIRDS_POSTGRES_URL, or start a local stack with scripts/up")
    return str(stack["postgres_url"])


@asynccontextmanager
async def open_ledger(data: Path | None) -> AsyncIterator[Pool]:
    """The one that the environment or the stack in `data` names. Raises `CouldNotRunError`."""
    url = find_postgres(data)
    try:
        async with open_pool(url, CONNECTIONS) as pool:
            await check_schema(pool)
            yield pool
    except LedgerRefused as error:
        raise CouldNotRunError(f"Postgres refused: {error}") from None
    except LedgerAway as error:
        raise CouldNotRunError(f"Postgres does not answer: {error.__cause__ or error.detail}") from None
