"""The command of the same owner as `alice`, who calls without it."""

from pathlib import Path

import pytest

from tests.support.command import Birds
from tests.support.processes import System


@pytest.fixture
async def birds(live: System, request: pytest.FixtureRequest, tmp_path: Path) -> Birds:
    key = await live.key(f"alice {request.node.nodeid}")
    return Birds(tmp_path, BIRDS_URL=live.url, BIRDS_KEY=key)
