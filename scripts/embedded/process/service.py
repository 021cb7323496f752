"""What the parts of the stack have in common, and how they start and stop together: supervision."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from scripts.embedded.errors import reason
from scripts.embedded.process.child import Child


class Service(Protocol):
    """A part of the stack: one process, or a few that belong together."""

    @property
    def children(self) -> Sequence[Child]: ...

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `ChildFailedError`."""

    async def stop(self) -> None:
        """Stop it and wait until it is gone; harmless where it never started."""


class InTurn:
    """Parts that start one after the other, as one part."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self.children: Sequence[Child] = children(services)

    async def start(self) -> None:
        for service in self._services:
            await service.start()

    async def stop(self) -> None:
        await stop_all(self._services)


async def start_all(services: Sequence[Service]) -> None:
    """Start them at the same time; where one fails, give up on the others and raise its error."""
    try:
        async with asyncio.TaskGroup() as group:
            for service in services:
                group.create_task(service.start())
    except BaseExceptionGroup as errors:
        raise reason(errors) from None


async def stop_all(services: Sequence[Service]) -> None:
    """Stop them one after the other, the last one first."""
    for service in reversed(services):
        await service.stop()


def children(services: Sequence[Service]) -> list[Child]:
    return [child for service in services for child in service.children]
