"""`scripts/up`: runs the stack of a folder here, or in the background."""

import asyncio
import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace

from scripts.embedded.errors import USAGE, StackError
from scripts.embedded.folder import Home, LockedError, locked
from scripts.embedded.launcher import Launcher, StackOrder
from scripts.embedded.ports import free_ports, is_taken
from scripts.embedded.process.leftovers import end_leftovers
from scripts.embedded.stack import Stack, announce, read_stack

POLL_S = 0.1  # another process sends no event when its stack is ready


def run_here(order: StackOrder) -> None:
    """Run until somebody stops it; where the folder's stack runs already, say where.

    Raises:
        StackError: it can't run.
    """
    home = order.home
    while True:
        try:
            with locked(home.lock):
                _run_alone(order)
                return
        except LockedError:
            if stack := read_stack(home):
                announce(home, stack, _remark(home, before=True))
                return
        time.sleep(POLL_S)  # it is starting, and will be ready; or stopping, and will let go of the folder


def run_in_background(home: Home, command: Sequence[str]) -> None:
    """Start `command`, which runs the stack, and return once the stack is ready.

    Raises:
        StackError: it ended before; with what it wrote, and its exit status.
    """
    log = home.log("launcher")
    with log.open("ab") as output:  # its end may belong to a launcher that runs
        before = output.tell()
        launcher = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        stack = _wait_for_stack(home, launcher)
    except KeyboardInterrupt:
        launcher.terminate()
        launcher.wait()
        raise
    if stack is None:
        raise StackError(log.read_bytes()[before:].decode(errors="replace").strip(), launcher.returncode)
    announce(home, stack, _remark(home, before=stack.pid != launcher.pid))


def _run_alone(order: StackOrder) -> None:
    # First: they may hold the port.
    for name in end_leftovers(order.home):
        print(f"ended {name}, left over from the last run", flush=True)
    asyncio.run(Launcher(replace(order, port=_usable(order.port)), os.environ).run())


def _remark(home: Home, *, before: bool) -> str:
    stop = f"This stops it:  scripts/down --data {shlex.quote(str(home.data))}"
    return f"It was running already. {stop}" if before else stop


def _wait_for_stack(home: Home, launcher: subprocess.Popen[bytes]) -> Stack | None:
    """The launcher's stack, or the one that it found running; None where it ended without any."""
    while launcher.poll() is None:
        stack = read_stack(home)
        if stack and stack.pid == launcher.pid:
            return stack
        time.sleep(POLL_S)
    return read_stack(home) if launcher.returncode == 0 else None


def _usable(port: int) -> int:
    if port == 0:
        return free_ports(1)[0]
    if is_taken(port):
        raise StackError(f"port {port} is taken by another program: choose another one with --port", USAGE)
    return port
