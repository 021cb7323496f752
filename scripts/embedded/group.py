"""Ends what a process leaves in its process group when it dies.

While anything of a group lives, the kernel gives the leader's pid to nobody else.
"""

import os
import signal
import time

import psutil

POLL_S = 0.02


def end_group(leader: int) -> None:
    """Kill what lives in the group of `leader`, and wait until nothing does.

    The dead whom nobody has buried yet don't count: in a container whose first process buries nobody they
    stay for ever.
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
