"""Processor time by process: who spent how many seconds, its children included."""

from collections import defaultdict
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Usage:
    """Seconds of processor time since each process began, and resident memory in bytes."""

    cpu_s: dict[str, float]
    rss: dict[str, int]

    def since(self, earlier: "Usage") -> dict[str, float]:
        """Seconds spent between two looks."""
        return {name: spent - earlier.cpu_s.get(name, 0.0) for name, spent in self.cpu_s.items()}


def look(processes: dict[str, int]) -> Usage:
    """`processes` names the roots; a worker's decode processes are counted apart from it as `decode`."""
    cpu_s: defaultdict[str, float] = defaultdict(float)
    rss: defaultdict[str, int] = defaultdict(int)
    for name, pid in processes.items():
        role = name.split("-")[0]
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            place = "decode" if role == "worker" and process is not root else role
            try:
                times = process.cpu_times()
                rss[place] += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue  # a Postgres backend that ended between the two calls
            cpu_s[place] += times.user + times.system
    return Usage(dict(cpu_s), dict(rss))


def own_cpu_s() -> float:
    """Seconds of processor time of this process."""
    times = psutil.Process().cpu_times()
    return times.user + times.system
