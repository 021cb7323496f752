"""Ctrl-C and its relatives (SIGINT, SIGTERM, SIGHUP): the first asks to stop, the second asks to hurry."""

import asyncio
import signal
from collections.abc import Callable

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # SIGHUP: the terminal was closed


class StopRequestedError(Exception):
    """Somebody asked the launcher to stop."""


class StopRequest:
    """Set by the first signal; `hurry` is called at every further one."""

    def __init__(self, hurry: Callable[[], None]) -> None:
        self._asked = asyncio.Event()
        self._hurry = hurry
        for number in STOPPING:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started with nohup
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)

    async def raised(self) -> None:
        """Wait for the request. Raises `StopRequestedError`."""
        await self._asked.wait()
        raise StopRequestedError

    def _on_signal(self) -> None:
        if self._asked.is_set():
            self._hurry()
        self._asked.set()
