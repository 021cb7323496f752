"""The next start ends what an earlier launcher left, and nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.embedded.folder import Home
from scripts.embedded.process.leftovers import end_leftovers, read_record, write_record

WITH_CHILD = (
    "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"
)


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """A process with a child of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", WITH_CHILD], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process
        process.kill()


def grandchild(process: subprocess.Popen[str]) -> psutil.Process:
    return psutil.Process(int(process.stdout.readline()))


def test_recorded_process_is_ended_with_its_descendants(
    tmp_path: Path, process: subprocess.Popen[str]
) -> None:
    home, helper = Home(tmp_path), grandchild(process)
    write_record(home.record("worker-1"), process.pid)
    assert end_leftovers(home) == ["worker-1"]
    assert process.wait(10) is not None
    assert not helper.is_running()
    assert home.records() == []
    assert end_leftovers(home) == []


def test_later_process_with_the_same_pid_is_left_alone(
    tmp_path: Path, process: subprocess.Popen[str]
) -> None:
    home, helper = Home(tmp_path), grandchild(process)
    write_record(home.record("worker-1"), process.pid)
    record = json.loads(home.record("worker-1").read_text())
    home.record("worker-1").write_text(json.dumps({**record, "started": record["started"] - 3600}))
    assert end_leftovers(home) == []
    assert process.poll() is None
    assert home.records() == []
    helper.kill()


def test_orphans_of_a_dead_process_are_ended(tmp_path: Path, process: subprocess.Popen[str]) -> None:
    home, helper = Home(tmp_path), grandchild(process)
    write_record(home.record("worker-1"), process.pid)
    process.kill()
    process.wait()
    assert helper.is_running()
    end_leftovers(home)
    helper.wait(10)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_damaged_record_says_nothing(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.record("worker-1").write_text(text)
    assert read_record(home.record("worker-1")) is None
    assert end_leftovers(home) == []
    assert home.records() == []
