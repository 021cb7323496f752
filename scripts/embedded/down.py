"""`scripts/down`: stops the stack of a folder and waits until all of it is gone."""

import psutil

from scripts.embedded.home import Home
from scripts.embedded.leftovers import end_leftovers, read_record
from scripts.embedded.lock import LockedError, locked

# Worker, api and RabbitMQ may take 30 s each to end in order.
PATIENCE_S = 150.0


def stop_stack(home: Home) -> bool:
    """Returns whether anything was running."""
    record = read_record(home.record("launcher"))
    launcher = record and record.process()
    if launcher:
        _end(launcher)
    with locked(home.lock):
        left = end_leftovers(home)
        home.stack.unlink(missing_ok=True)
    return bool(launcher or left)


def _end(launcher: psutil.Process) -> None:
    try:
        launcher.terminate()
        launcher.wait(PATIENCE_S)
    except psutil.NoSuchProcess:
        pass  # it stopped by itself
    except psutil.TimeoutExpired:
        launcher.kill()  # its children go with it, or are ended as leftovers
        launcher.wait()
