"""Real servers for every test: started once, with a database, a vhost and a bucket for each test."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from scripts.embedded.servers.choice import Servers, running_servers
from shared.ledger.database import Pool, open_pool
from shared.objects import ObjectStore, open_object_store
from tests.support.http import Http, signed_in
from tests.support.processes import System, shared_system
from tests.support.stack import Stack, beside, make_template, private_database, with_vhost

ROOT = Path(__file__).parent.parent
# A shell has what it runs in the background ignore Ctrl-C, and all that this starts: here it ends commands.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Postgres, RabbitMQ and S3 under `var/`, gone at the end."""
    data = ROOT / "var" / f"test-{os.getpid()}"
    try:
        with running_servers(data) as servers:
            asyncio.run(make_template(servers))
            yield servers
    finally:
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[str]:
    """The address of one of this test's own. A vhost costs more than that: few tests need one."""
    async with private_database(servers) as database:
        yield database


@pytest.fixture
async def stack(servers: Servers, database: str) -> AsyncIterator[Stack]:
    async with with_vhost(servers, database) as stack:
        yield stack


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, 8) as pool:
        yield pool


@pytest.fixture
async def objects(servers: Servers, database: str) -> AsyncIterator[ObjectStore]:
    async with open_object_store(beside(servers, database).settings) as objects:
        await objects.ensure_bucket()
        yield objects


@pytest.fixture(scope="session")
def live(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One api and one worker with the built-in model, shared by tests that need nothing restarted."""
    logs = tmp_path_factory.mktemp("live")
    # Tests stand in for clients elsewhere by saying so, as a proxy does, and are told of events here.
    here = "127.0.0.0/8"
    with shared_system(servers, logs, BIRDS_TRUSTED_PROXIES=here, BIRDS_WEBHOOK_NETWORKS=here) as running:
        yield running


@pytest.fixture
async def alice(live: System, request: pytest.FixtureRequest) -> AsyncIterator[Http]:
    """An owner of this test's own on the shared system."""
    async with signed_in(live.url, await live.key(f"alice {request.node.nodeid}")) as http:
        yield http


@pytest.fixture
async def bob(live: System, request: pytest.FixtureRequest) -> AsyncIterator[Http]:
    """Somebody else."""
    async with signed_in(live.url, await live.key(f"bob {request.node.nodeid}")) as http:
        yield http
