"""Postgres, RabbitMQ and S3 together: for the launcher, and for tests."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from scripts.embedded.folder import Home, Secrets, load_secrets, locked
from scripts.embedded.process.leftovers import end_leftovers
from scripts.embedded.process.service import Service, start_all, stop_all
from scripts.embedded.servers.postgres import EmbeddedPostgres
from scripts.embedded.servers.rabbitmq import EmbeddedRabbitMQ
from scripts.embedded.servers.s3 import EmbeddedS3
from shared.settings import ObjectStoreSettings, read_settings


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the three servers are and how to log in."""

    postgres_url: str
    amqp_url: str
    amqp_management_url: str | None  # holds user and password; None where the broker is not ours
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str
    s3_bucket: str

    @property
    def object_store(self) -> ObjectStoreSettings:
        return ObjectStoreSettings(
            s3_endpoint=self.s3_endpoint,
            s3_public_endpoint=None,
            s3_access_key=SecretStr(self.s3_access_key),
            s3_secret_key=SecretStr(self.s3_secret_key),
            s3_region=self.s3_region,
            s3_bucket=self.s3_bucket,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The `BIRDS_*` variables that configure a process to use them."""
        return {
            "BIRDS_POSTGRES_URL": self.postgres_url,
            "BIRDS_AMQP_URL": self.amqp_url,
            "BIRDS_S3_ENDPOINT": self.s3_endpoint,
            "BIRDS_S3_ACCESS_KEY": self.s3_access_key,
            "BIRDS_S3_SECRET_KEY": self.s3_secret_key,
            "BIRDS_S3_REGION": self.s3_region,
            "BIRDS_S3_BUCKET": self.s3_bucket,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Servers to use, and which of them are embedded ones, yet to be started."""

    servers: Servers
    stores: list[Service]
    broker: list[Service]


def choose_servers(home: Home, environment: Mapping[str, str]) -> Choice:
    """Those that the environment names, and embedded ones where it names none."""
    secrets = load_secrets(home)
    postgres_url, postgres = _postgres(home, secrets, environment)
    amqp_url, management_url, broker = _broker(home, secrets, environment)
    storage, objects = _objects(home, secrets, environment)
    servers = _describe(postgres_url, amqp_url, management_url, storage)
    return Choice(servers, [*postgres, *objects], broker)


@contextmanager
def running_servers(data: Path) -> Iterator[Servers]:
    """All three for a test run, with their data in the folder `data`.

    Quick instead of durable: nothing waits for the disk, and at the end they are not given the time to leave
    their files in order. Call it in the main thread, outside of any event loop.

    Raises:
        LockedError: another process runs servers in this folder.
        StackError: one of them did not start.
    """
    home = Home(data.resolve())
    with locked(home.lock), asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        end_leftovers(home)
        secrets = load_secrets(home)
        postgres = EmbeddedPostgres(home, secrets.postgres_password, durable=False)
        broker = EmbeddedRabbitMQ(home, secrets.amqp_password, durable=False)
        objects = EmbeddedS3(home, secrets)
        services: list[Service] = [postgres, objects, broker]
        try:
            runner.run(start_all(services))
            yield _describe(postgres.url, broker.url, broker.management_url, objects.settings)
        finally:
            runner.run(stop_all(services))


def _postgres(home: Home, secrets: Secrets, environment: Mapping[str, str]) -> tuple[str, list[Service]]:
    if url := environment.get("BIRDS_POSTGRES_URL"):
        return url, []
    server = EmbeddedPostgres(home, secrets.postgres_password)
    return server.url, [server]


def _broker(
    home: Home, secrets: Secrets, environment: Mapping[str, str]
) -> tuple[str, str | None, list[Service]]:
    if url := environment.get("BIRDS_AMQP_URL"):
        return url, None, []
    server = EmbeddedRabbitMQ(home, secrets.amqp_password)
    return server.url, server.management_url, [server]


def _objects(
    home: Home, secrets: Secrets, environment: Mapping[str, str]
) -> tuple[ObjectStoreSettings, list[Service]]:
    if environment.get("BIRDS_S3_ENDPOINT"):
        return read_settings(ObjectStoreSettings), []
    server = EmbeddedS3(home, secrets)
    return server.settings, [server]


def _describe(
    postgres_url: str, amqp_url: str, management_url: str | None, storage: ObjectStoreSettings
) -> Servers:
    return Servers(
        postgres_url=postgres_url,
        amqp_url=amqp_url,
        amqp_management_url=management_url,
        s3_endpoint=storage.s3_endpoint,
        s3_access_key=storage.s3_access_key.get_secret_value(),
        s3_secret_key=storage.s3_secret_key.get_secret_value(),
        s3_region=storage.s3_region,
        s3_bucket=storage.s3_bucket,
    )
