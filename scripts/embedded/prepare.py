"""Makes the servers ready for Birds: schema, bucket, and the first key."""

from scripts.embedded.home import Home
from scripts.embedded.private import write_private
from scripts.embedded.servers import Servers
from shared.ledger.database import open_pool
from shared.ledger.keys import create_key, find_owner
from shared.ledger.migrate import migrate
from shared.objects import open_object_store

OWNER = "local"  # whose batches the page and the command of this machine see
CONNECTIONS = 1


async def prepare(home: Home, servers: Servers) -> str:
    """Bring the schema up to date, make the bucket, and return this stack's key."""
    await migrate(servers.postgres_url)
    async with open_object_store(servers.object_store) as objects:
        await objects.ensure_bucket()
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
