"""`birds-prepare`: makes the servers ready, once, before any process needs them: schema, bucket, key."""

from functools import partial

from pydantic import Field, SecretStr

from shared import lifecycle
from shared.ledger.database import open_pool
from shared.ledger.keys import EVERYTHING, enter_key
from shared.ledger.migrate import migrate
from shared.logging import configure_logging
from shared.objects import open_object_store
from shared.settings import SharedSettings, read_settings

OWNER = "local"  # whose batches the first key sees
CONNECTIONS = 1


class PrepareSettings(SharedSettings):
    key: SecretStr | None = Field(
        None, description="A key to let in, for everything, made by `scripts/compose-env`"
    )


async def prepare(settings: PrepareSettings) -> None:
    """Harmless to repeat. Raises LedgerAway, LedgerRefused, StorageAway: a server can't be used."""
    postgres_url = settings.postgres_url.get_secret_value()
    there = partial(lifecycle.when_there, wait_s=settings.start_wait_s, stop=lifecycle.stop_on_signal(0))
    await there(lambda: migrate(postgres_url))
    async with open_object_store(settings) as objects:
        await there(objects.ensure_bucket)
    if settings.key is not None:
        async with open_pool(postgres_url, CONNECTIONS) as pool:
            await enter_key(pool, OWNER, settings.key.get_secret_value(), EVERYTHING)


def main() -> None:
    settings = read_settings(PrepareSettings)
    configure_logging(settings.log_level, settings.log_format)
    lifecycle.run(prepare(settings))


if __name__ == "__main__":
    main()
