"""A log that can't be written must not break what it tells of."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import logging
import structlog
from shared import logging as ours

ours.configure_logging("info", "FORMAT")
for number in range(5000):  # more than any buffer holds
    structlog.get_logger().info("request", number=number)
try:
    raise ValueError("of ours")
except ValueError:
    structlog.get_logger().exception("request failed")
logging.getLogger("asyncio").error("of a library")
print(int(ours.LINES_LOST._value.get()))
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_log_on_a_full_disk_breaks_nothing_and_counts_what_it_lost(log_format: str) -> None:
    with Path("/dev/full").open("w") as full:  # every write fails with ENOSPC
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM.replace("FORMAT", log_format)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
        )
    assert int(ended.stdout) == 5001  # ours; the library's is lost without a count
