"""Children end when they are told to, when their parent dies, and never unnoticed."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from scripts.embedded.errors import ChildFailedError
from scripts.embedded.folder import Home
from scripts.embedded.process.child import Child, Command

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(helper.pid, flush=True)
time.sleep(600)
"""


def child(home: Home, program: str, grace_s: float = 30.0) -> Child:
    command = Command(name="it", argv=[sys.executable, "-c", program], env=dict(os.environ), grace_s=grace_s)
    return Child(command, home)


async def wrote(home: Home, text: str) -> bool:
    return text in home.log("it").read_text()


async def never() -> bool:
    return False


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_crash_is_reported_with_the_end_of_the_log(tmp_path: Path) -> None:
    it = child(Home(tmp_path), "[print('line', n) for n in range(100)]; raise SystemExit(7)")
    await it.start()
    with pytest.raises(
        ChildFailedError, match=r"it ended with exit status 7; the end of .*it\.log:"
    ) as failure:
        await it.crashed()
    assert "line 99" in str(failure.value)
    assert "line 50" not in str(failure.value)


async def test_end_during_the_start_is_noticed(tmp_path: Path) -> None:
    it = child(Home(tmp_path), "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    await it.start()
    with pytest.raises(ChildFailedError, match="it was ended by SIGSEGV"):
        await it.wait_ready(never, limit_s=60)


async def test_start_has_a_time_limit(tmp_path: Path) -> None:
    it = child(Home(tmp_path), "import time; time.sleep(600)")
    await it.start()
    with pytest.raises(ChildFailedError, match="not ready after 0 s"):
        await it.wait_ready(never, limit_s=0.3)
    await it.stop()


async def test_stop_asks_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    it = child(
        home,
        "import signal; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), exit()));"
        "print('ready', flush=True); signal.pause()",
    )
    await it.start()
    assert home.records()
    await it.wait_ready(lambda: wrote(home, "ready"), limit_s=60)
    await it.stop()
    assert await wrote(home, "bye")
    assert not home.records()


async def test_stubborn_child_is_killed_with_its_descendants(tmp_path: Path) -> None:
    home = Home(tmp_path)
    it = child(home, STUBBORN, grace_s=0.2)
    await it.start()
    await it.wait_ready(lambda: wrote(home, "\n"), limit_s=60)
    helper = int(home.log("it").read_text())
    await it.stop()
    assert gone(it.pid)
    assert gone(helper)


async def test_abort_cuts_the_grace_short(tmp_path: Path) -> None:
    home = Home(tmp_path)
    it = child(home, STUBBORN, grace_s=600)
    await it.start()
    await it.wait_ready(lambda: wrote(home, "\n"), limit_s=60)
    stopping = asyncio.create_task(it.stop())
    await asyncio.sleep(0)
    it.abort()
    async with asyncio.timeout(30):
        await stopping


async def test_stop_before_the_start_is_harmless(tmp_path: Path) -> None:
    await child(Home(tmp_path), "").stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's life")
@pytest.mark.parametrize("never_root", [False, True])
async def test_child_does_not_outlive_a_killed_parent(tmp_path: Path, never_root: bool) -> None:
    parent = f"""
import asyncio, pathlib, time
from scripts.embedded.process.child import Child, Command
from scripts.embedded.folder import Home

async def main():
    command = Command(name="it", argv=["sleep", "600"], env={{}}, never_root={never_root})
    it = Child(command, Home(pathlib.Path({str(tmp_path)!r})))
    await it.start()
    while not pathlib.Path(f"/proc/{{it.pid}}/comm").read_text().startswith("sleep"):
        await asyncio.sleep(0.01)
    print(it.pid, flush=True)
    time.sleep(600)

asyncio.run(main())
"""
    launcher = await asyncio.create_subprocess_exec(
        sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE
    )
    pid = int(await launcher.stdout.readline())
    assert not gone(pid)
    launcher.send_signal(signal.SIGKILL)
    await launcher.wait()
    async with asyncio.timeout(10):
        while not gone(pid):
            await asyncio.sleep(0.01)
