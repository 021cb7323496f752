"""`scripts/down`: stops the stack of a folder and waits until all of it is gone."""

import signal
import time

import psutil

from scripts.embedded.errors import StackError
from scripts.embedded.folder import Home, LockedError, locked
from scripts.embedded.process.leftovers import end_leftovers, read_record

# Worker, api and RabbitMQ may take 30 s each to end in order.
PATIENCE_S = 150.0
POLL_S = 0.1


def stop_stack(home: Home) -> bool:
    """Returns whether anything was running.

    Raises:
        StackError: the folder is in use by something that is not a stack.
    """
    stopped, began = False, time.monotonic()
    while time.monotonic() - began < PATIENCE_S:
        stopped |= _end_launcher(home)
        try:
            with locked(home.lock):
                left = end_leftovers(home)
                home.stack.unlink(missing_ok=True)
                return bool(stopped or left)
        except LockedError:
            time.sleep(POLL_S)  # a launcher that has only just started
    raise StackError(f"{home.data} is in use by another program")


def _end_launcher(home: Home) -> bool:
    record = read_record(home.launcher)
    if record is None or not (launcher := record.process()):
        return False
    _signal(launcher, signal.SIGTERM)
    began = time.monotonic()
    while record.process():
        if time.monotonic() - began > PATIENCE_S:
            _signal(launcher, signal.SIGKILL)  # its children go with it, or are ended as leftovers
        time.sleep(POLL_S)
    return True


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass  # it stopped by itself
