"""Makes the servers ready for Birds: schema, bucket, and the first key."""

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.embedded.errors import USAGE, StackError
from scripts.embedded.home import Home
from scripts.embedded.private import write_private
from scripts.embedded.servers import Servers
from shared.errors import BirdsError
from shared.ledger.database import LedgerRefused, open_pool
from shared.ledger.keys import create_key, find_owner
from shared.ledger.migrate import migrate
from shared.objects import open_object_store

OWNER = "local"  # whose batches the page and the command of this machine see
CONNECTIONS = 1


async def prepare(home: Home, servers: Servers) -> str:
    """Bring the schema up to date, make the bucket, and return this stack's key.

    Raises:
        StackError: a server that was named to us can't be used.
    """
    with _explained("object storage"):
        async with open_object_store(servers.object_store) as objects:
            await objects.ensure_bucket()
    with _explained("Postgres"):
        await migrate(servers.postgres_url)
        return await _local_key(home, servers.postgres_url)


async def _local_key(home: Home, postgres_url: str) -> str:
    """The key of the last start; a new one where there is none, or where this ledger does not know it."""
    async with open_pool(postgres_url, CONNECTIONS) as pool:
        kept = home.key.read_text().strip() if home.key.exists() else ""
        if kept and await find_owner(pool, kept):
            return kept
        key = await create_key(pool, OWNER)
    write_private(home.key, key + "\n")
    return key


@contextmanager
def _explained(server: str) -> Iterator[None]:
    try:
        yield
    except (LedgerRefused, BirdsError) as error:
        raise StackError(f"{server} can't be used: {error}", USAGE) from error
