"""A short run of `scripts/faults`."""

from pathlib import Path

import pytest

from scripts.embedded.servers.choice import Servers
from tests.faults.run import run, schedule


@pytest.mark.timeout(240)
async def test_no_photo_is_lost_or_answered_twice_whatever_breaks(servers: Servers, tmp_path: Path) -> None:
    report = await run(servers, tmp_path, seed=1, photos=150, faults=3)
    assert report.verdict.is_good, report


def test_a_schedule_is_the_same_for_the_same_seed() -> None:
    assert schedule(7, 1000) == schedule(7, 1000) != schedule(8, 1000)
