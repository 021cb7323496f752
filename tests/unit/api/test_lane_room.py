"""What lies in a lane's queue follows the pace of the workers."""

import asyncio

from api.duties.lane_room import LEAST, LOW, READY_S, LaneRoom
from shared.broker.topology import LaneQueue


class Queue:
    """A queue from which workers take at a pace, photos a second of the loop's own time."""

    def __init__(self, pace: float, consumers: int = 1) -> None:
        self.pace = pace
        self.consumers = consumers
        self.waiting = 0.0
        self.deepest = 0.0
        self._at = asyncio.get_running_loop().time()

    async def look(self) -> LaneQueue:
        now = asyncio.get_running_loop().time()
        self.waiting = max(self.waiting - self.pace * (now - self._at), 0)
        self._at = now
        return LaneQueue(int(self.waiting), self.consumers)


async def filled(queue: Queue, seconds: float) -> list[int]:
    """The rooms that were found, each of them used up at once."""
    room = LaneRoom(queue.look)
    rooms = []
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        left = await room.left()
        rooms.append(left)
        for _ in range(left):
            room.take()
        queue.waiting += left
        queue.deepest = max(queue.deepest, queue.waiting)
        await asyncio.sleep(0.01)
    return rooms


async def test_without_workers_the_least_is_there() -> None:
    queue = Queue(pace=0)
    rooms = await filled(queue, 0.2)
    assert rooms[0] == LEAST
    assert not any(rooms[1:])


async def test_many_consumers_have_as_many_times_more() -> None:
    assert (await filled(Queue(pace=0, consumers=5), 0.05))[0] == 5 * LEAST


async def test_quick_workers_find_enough_and_pages_are_worth_it() -> None:
    pace = 2000.0
    queue = Queue(pace)
    rooms = [left for left in await filled(queue, 1.5) if left][5:]
    assert min(rooms) >= LOW * LEAST
    assert LEAST < queue.deepest <= 3 * pace * READY_S
    queue.pace = 0
    await filled(queue, 0.1)
    assert queue.waiting <= queue.deepest
