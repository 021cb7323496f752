"""A person with a key of their own at whatever system a file's tests call `running`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.client import BirdsClient
from tests.support.command import Birds
from tests.support.processes import System


@pytest.fixture
async def key(running: System, request: pytest.FixtureRequest) -> str:
    return await running.key(request.node.nodeid)


@pytest.fixture
def birds(running: System, key: str, tmp_path: Path) -> Birds:
    return Birds(tmp_path, BIRDS_URL=running.url, BIRDS_KEY=key)


@pytest.fixture
async def client(running: System, key: str) -> AsyncIterator[BirdsClient]:
    async with BirdsClient(running.url, key) as client:
        yield client
