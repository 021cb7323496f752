"""One child process: started in a session of its own (setsid), logged, recorded, watched and stopped."""

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.embedded.errors import ChildFailedError
from scripts.embedded.folder import Home
from scripts.embedded.process.leftovers import end_group, write_record
from scripts.embedded.process.setpriv import tethered, without_root

POLL_S = 0.05  # other people's servers send no event when they are ready
PROBE_S = 5.0  # a server that takes a connection and then says nothing is not ready
LOG_BYTES = 50_000_000  # of one process; its old log is as large at most
TAIL_LINES = 15  # of its log, when it failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, and how to stop it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    abort_signal: signal.Signals = signal.SIGKILL  # when it has to be quick
    grace_s: float = 30.0  # from `stop_signal` to SIGKILL
    never_root: bool = False  # Postgres refuses to be root


def plain_environment(**own: str) -> dict[str, str]:
    """For servers: without the caller's PG*, RABBITMQ_* or RCLONE_* variables, which mean other servers."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **own}


class Child:
    """A process of the stack, from its start to its end."""

    def __init__(self, command: Command, home: Home) -> None:
        self.name = command.name
        self._command = command
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._started = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """None before the start."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        log = self._home.log(self.name)
        if log.exists():
            log.replace(_old(log))
        with log.open("ab") as output:  # so that it can be emptied while it is written to
            self._process = await asyncio.create_subprocess_exec(
                *self._argv(),
                env=dict(self._command.env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a terminal's Ctrl-C reaches the launcher alone
            )
        write_record(self._home.record(self.name), self._process.pid, self._command.stop_signal)
        self._started.set()

    def trim_log(self) -> None:
        """Keep the log from growing for ever: what is in it goes to the old one. Between the two steps a line
        may be lost."""
        log = self._home.log(self.name)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, _old(log))
            os.truncate(log, 0)

    async def wait_ready(self, probe: Callable[[], Awaitable[bool]], limit_s: float) -> None:
        """Wait until `probe()` is true.

        Raises:
            ChildFailedError: it ended, or was not ready within `limit_s` seconds.
        """
        try:
            async with asyncio.timeout(limit_s):
                while not await _answers(probe):
                    if self._process and self._process.returncode is not None:
                        await self.crashed()
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise ChildFailedError(f"{self.name} is not ready after {limit_s:.0f} s{self._tail()}") from None

    async def crashed(self) -> None:
        """Wait for the start and then for the end of the process, which is wrong unless we stopped it.

        Raises:
            ChildFailedError: it ended.
        """
        await self._started.wait()
        assert self._process is not None
        raise ChildFailedError(f"{self.name} {_ending(await self._process.wait())}{self._tail()}")

    async def finished(self) -> None:
        """Wait for the end of a process that is meant to end.

        Raises:
            ChildFailedError: its exit status was not 0.
        """
        if self._process and await self._process.wait() != 0:
            await self.crashed()

    async def stop(self) -> None:
        """Stop it, with its descendants, and wait until they are gone."""
        if self._process is None:
            return
        self._signal(self._command.stop_signal)
        try:
            async with asyncio.timeout(self._command.grace_s):
                await self._process.wait()
        except TimeoutError:
            pass  # killed below
        await asyncio.to_thread(end_group, self._process.pid)
        await self._process.wait()
        self._home.record(self.name).unlink(missing_ok=True)

    def abort(self) -> None:
        """Make a `stop` that is under way, or yet to come, quick."""
        self._signal(self._command.abort_signal)

    def _argv(self) -> list[str]:
        argv = tethered(self._command.argv, self._command.stop_signal)
        # In this order: the kernel forgets the tether of a process that changes its user.
        return without_root(argv) if self._command.never_root else argv

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(number)

    def _tail(self) -> str:
        log = self._home.log(self.name)
        with log.open(errors="replace") as file:
            lines = deque(file, TAIL_LINES)
        return "".join([f"; the end of {log}:\n", *(f"    {line.rstrip()}\n" for line in lines)])


def _old(log: Path) -> Path:
    return log.with_suffix(".log.old")


def _ending(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with exit status {status}"


async def _answers(probe: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            return await probe()
    except TimeoutError:
        return False
