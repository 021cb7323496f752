"""Starts a process again that ended by itself, where that is safe: api and workers keep nothing of their own.

A server is not started again: whoever killed it may have had a reason, and its data may be the reason.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from scripts.embedded.errors import ChildFailedError
from scripts.embedded.process.service import Service

MOST = 5  # times in WITHIN_S: what ends so often is not helped by that
WITHIN_S = 600.0
PAUSE_S = 1.0


async def keep_alive(service: Service, again: Callable[[], None]) -> None:
    """Until it has ended too often; `again` is called when it is ready anew.

    Raises:
        ChildFailedError: the last end.
    """
    loop = asyncio.get_running_loop()
    ends: deque[float] = deque(maxlen=MOST)
    while True:
        try:
            await asyncio.gather(*(child.crashed() for child in service.children))
        except ChildFailedError as failure:
            if len(ends) == MOST and loop.time() - ends[0] < WITHIN_S:
                raise
            ends.append(loop.time())
            print(f"{str(failure).partition(';')[0]}; it is started again", flush=True)
        await asyncio.sleep(PAUSE_S)
        try:
            await service.start()
        except ChildFailedError:
            continue  # told, and counted, as an end
        again()
