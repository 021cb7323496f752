"""What ends by itself is started again, but not for ever; and no log fills the disk."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from scripts.embedded.errors import ChildFailedError
from scripts.embedded.folder import Home
from scripts.embedded.process import child as child_module
from scripts.embedded.process import revival
from scripts.embedded.process.child import Child, Command


class One:
    """A process that does nothing."""

    def __init__(self, home: Home, program: str) -> None:
        self.child = Child(
            Command(name="it", argv=[sys.executable, "-c", program], env=dict(os.environ)), home
        )
        self.children = [self.child]

    async def start(self) -> None:
        await self.child.start()

    async def stop(self) -> None:
        await self.child.stop()


async def test_what_is_killed_is_started_again_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(revival, "PAUSE_S", 0.0)
    it = One(Home(tmp_path), "import time; time.sleep(600)")
    await it.start()
    again = asyncio.Event()
    keeping = asyncio.create_task(revival.keep_alive(it, again.set))
    pids = set()
    for _ in range(revival.MOST):
        pid = it.child.pid
        assert pid is not None
        pids.add(pid)
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(30):
            await again.wait()
        again.clear()
    assert len(pids) == revival.MOST
    assert "it was ended by SIGKILL; it is started again" in capsys.readouterr().out
    assert it.child.pid is not None
    os.kill(it.child.pid, signal.SIGKILL)
    with pytest.raises(ChildFailedError, match="SIGKILL"):
        await asyncio.wait_for(keeping, 30)
    await it.stop()


async def test_a_log_is_emptied_while_it_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    it = One(home, "import time\nwhile True: print('x' * 1000, flush=True); time.sleep(0.001)")
    monkeypatch.setattr(child_module, "LOG_BYTES", 10_000)
    await it.start()
    log = home.log("it")
    old = log.with_suffix(".log.old")
    async with asyncio.timeout(30):
        while not old.exists():
            await asyncio.sleep(0.01)
            it.child.trim_log()
        emptied = log.stat().st_size
        while log.stat().st_size <= emptied:
            await asyncio.sleep(0.01)
    await it.stop()
    assert old.stat().st_size > 10_000
    assert b"\0" not in log.read_bytes(), "it goes on from the beginning"
