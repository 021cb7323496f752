"""A private corner of the real servers for one test: a database, a vhost and a bucket of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
import asyncpg

from scripts.embedded.servers.choice import Servers
from shared.ledger.migrate import migrate
from shared.records import new_id
from shared.settings import SharedSettings
from tests.support.ledger import eventually

TEMPLATE = "birds_template"


@dataclass(frozen=True)
class Stack:
    """Where this test's servers are; `env` configures a process to use them."""

    postgres_url: str
    amqp_url: str
    management_url: str
    vhost: str
    servers: Servers

    @property
    def env(self) -> dict[str, str]:
        return {
            "BIRDS_POSTGRES_URL": self.postgres_url,
            "BIRDS_AMQP_URL": self.amqp_url,
            "BIRDS_S3_ENDPOINT": self.servers.s3_endpoint,
            "BIRDS_S3_ACCESS_KEY": self.servers.s3_access_key,
            "BIRDS_S3_SECRET_KEY": self.servers.s3_secret_key,
            "BIRDS_S3_REGION": self.servers.s3_region,
            "BIRDS_S3_BUCKET": self.vhost,
        }

    @property
    def settings(self) -> SharedSettings:
        return SharedSettings(
            **{name.removeprefix("BIRDS_").lower(): value for name, value in self.env.items()}
        )

    async def broker_api(self, method: str, path: str, body: object = None) -> object:
        """Ask RabbitMQ's management; `path` may contain `{vhost}`."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, f"{self.management_url}/api/{path.format(vhost=self.vhost)}", json=body
            ) as response,
        ):
            response.raise_for_status()
            return await response.json() if response.status == 200 else None

    async def cut_sessions(self, name: str = "") -> None:
        """Have the broker close every connection of this vhost whose name begins with `name`."""

        async def found() -> list[str]:
            connections: Any = await self.broker_api("GET", "connections")
            return [
                one["name"]
                for one in connections
                if one["vhost"] == self.vhost
                and one["client_properties"].get("connection_name", "").startswith(name)
            ]

        for connection in await eventually(found):
            try:
                await self.broker_api("DELETE", f"connections/{quote(connection)}")
            except aiohttp.ClientResponseError as error:
                if error.status != 404:  # it has ended by itself since it was listed
                    raise


async def make_template(servers: Servers) -> None:
    """The migrated database that every test's own is cloned from."""
    await _administrate(servers, f"create database {TEMPLATE}")
    await migrate(_with_path(servers.postgres_url, TEMPLATE))


@asynccontextmanager
async def private_database(servers: Servers) -> AsyncIterator[str]:
    """The address of one test's own database, which is dropped afterwards."""
    name = f"test-{new_id().hex[-12:]}"
    # Files are copied in half the time that Postgres takes to write them down in its log.
    await _administrate(servers, f'create database "{name}" template {TEMPLATE} strategy file_copy')
    try:
        yield _with_path(servers.postgres_url, name)
    finally:
        await _administrate(servers, f'drop database "{name}" with (force)')


@asynccontextmanager
async def private_stack(servers: Servers) -> AsyncIterator[Stack]:
    """Database, vhost and bucket of one test; the first two are dropped afterwards."""
    async with private_database(servers) as database, with_vhost(servers, database) as stack:
        yield stack


@asynccontextmanager
async def with_vhost(servers: Servers, database: str) -> AsyncIterator[Stack]:
    """What goes with this database, and its vhost, which is dropped afterwards."""
    stack = beside(servers, database)
    user = urlsplit(servers.amqp_url).username
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    await stack.broker_api("PUT", "vhosts/{vhost}")
    try:
        await stack.broker_api("PUT", f"permissions/{{vhost}}/{user}", everything)
        yield stack
    finally:
        await stack.broker_api("DELETE", "vhosts/{vhost}")


def beside(servers: Servers, database: str) -> Stack:
    """What goes with this database: vhost and bucket have its name. There is no such vhost yet."""
    name = urlsplit(database).path[1:]
    return Stack(
        postgres_url=database,
        amqp_url=_with_path(servers.amqp_url, quote(name, safe="")),
        management_url=servers.amqp_management_url,
        vhost=name,
        servers=servers,
    )


async def _administrate(servers: Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.postgres_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
