"""Ends what processes leave behind (orphans): a dead one in its group, a dead launcher in its folder."""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from scripts.embedded.folder import Home, write_private

POLL_S = 0.02
GRACE_S = 3.0  # enough for Postgres; nobody needs the answers of the others, and the next start is waiting
# The start time of a process is reckoned from the boot time, which moves when the clock is set. A pid comes
# back only after thousands of others, so this close to each other it is the same process.
CLOCK_TOLERANCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    """A process, told apart from a later one with the same pid by its start time."""

    pid: int
    started: float  # seconds since the epoch
    stop_signal: int = signal.SIGTERM

    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            alive = process.status() != psutil.STATUS_ZOMBIE
            same = abs(process.create_time() - self.started) < CLOCK_TOLERANCE_S
        except psutil.NoSuchProcess:
            return None
        return process if alive and same else None


def write_record(path: Path, pid: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Remember a process that runs."""
    try:
        record = Record(pid, psutil.Process(pid).create_time(), stop_signal)
    except psutil.NoSuchProcess:
        return  # it ended at once; whoever waits for it will say so
    write_private(path, json.dumps(asdict(record)))


def read_record(path: Path) -> Record | None:
    """What was remembered, None where nothing (readable) was."""
    try:
        return Record(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def end_leftovers(home: Home) -> list[str]:
    """End every recorded child with all its descendants; returns the names of those that still ran.

    Call it with the folder's lock held.
    """
    names, leaders, families = [], [], []
    for path in home.records():
        record = read_record(path)
        if record and (process := record.process()):
            names.append(path.stem)
            leaders.append(process)
            families += _family(process)
            _signal(process, record.stop_signal)
        elif record and not psutil.pid_exists(record.pid):
            end_group(record.pid)
    psutil.wait_procs(leaders, timeout=GRACE_S)
    for process in families:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(families, timeout=GRACE_S)
    for path in home.records():
        path.unlink()
    return names


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return [process]


def end_group(leader: int) -> None:
    """Kill what lives in the group of `leader`, and wait until nothing does.

    While anything of a group lives, the kernel gives the leader's pid to nobody else. The dead whom nobody
    has buried yet don't count: in a container whose first process buries nobody they stay for ever.
    """
    while _kill(leader) and any(_lives(process, leader) for process in psutil.process_iter()):
        time.sleep(POLL_S)


def _kill(leader: int) -> bool:
    """Whether there was anybody to kill."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False  # all gone; macOS answers EPERM for a group of zombies
    return True


def _lives(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass  # it went by itself
