"""How many processes decode, by what is seen: photos that wait before them while the engine waits behind.

Twice as many where that is so; one fewer where one had nothing to do for a while. Within bounds, whatever
photos come: a large one takes thirty times as long as a small one.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from worker.batcher import Batcher
from worker.decode_pool import DecodePool

LEAST: Final = 2  # one large photo then keeps no single one waiting
SAMPLE_S: Final = 0.1
SAMPLES: Final = 10  # of a look
STARVED: Final = 0.2  # of them in which the engine waits for photos that wait to be decoded
SPARE_LOOKS: Final = 20  # in a row in which a process was not needed: to start one takes a third of a second


@dataclass(frozen=True, slots=True)
class PoolSample:
    """`starved`: share of its samples in which the engine waited for photos that waited to be decoded;
    `busiest`: the most processes that were busy in one."""

    starved: float
    busiest: int


class DecodeSize:
    """Told of each look, it says how many processes there are to be."""

    def __init__(self, most: int) -> None:
        self._least = min(LEAST, most)
        self._most = most
        self._spare_looks = 0
        self.processes = self._least

    def after(self, look: PoolSample) -> int:
        spare = look.starved < STARVED and look.busiest < self.processes
        self._spare_looks = self._spare_looks + 1 if spare else 0
        if look.starved >= STARVED:
            self.processes = min(2 * self.processes, self._most)
        elif self._spare_looks >= SPARE_LOOKS:
            self.processes = max(self.processes - 1, self._least)
            self._spare_looks = 0
        return self.processes


async def keep_sized(pool: DecodePool, size: DecodeSize, batcher: Batcher) -> None:
    """For ever."""
    while True:
        starved, busiest = 0, 0
        for _ in range(SAMPLES):
            await asyncio.sleep(SAMPLE_S)
            starved += pool.is_short and batcher.engine_waits
            busiest = max(busiest, pool.busy)
        await pool.resize(size.after(PoolSample(starved / SAMPLES, busiest)))
