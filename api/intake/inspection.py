"""Reads the headers of photos on their way in: small ones here, large ones where they can harm nobody."""

from typing import Any, Final

from api.sandboxes import Sandboxes
from shared.photo.inspect import inspect
from shared.records import OwnerId

INSPECT: Final = f"{__name__}:look"
INLINE: Final = 64 * 1024
"""Bytes; whatever is in the header of a smaller file, to read it takes some hundredths of a second."""
PROCESSES: Final = 2
"""A header takes a few milliseconds; one owner's that take longer keep one process busy."""
TIMEOUT_S: Final = 5.0


class HeaderInspection:
    """Whether photos can be opened at all."""

    def __init__(self, max_pixels: int, timeout_s: float = TIMEOUT_S) -> None:
        """`max_pixels`: of one photo. Close it at the end."""
        self._max_pixels = max_pixels
        self._sandboxes = Sandboxes(INSPECT, PROCESSES, timeout_s=timeout_s, max_pixels=max_pixels)

    async def check(self, owner: OwnerId, data: bytes) -> None:
        """Raises as `inspect` does; decode-timeout, unavailable, worker-crashed."""
        if len(data) <= INLINE:
            inspect(data, max_pixels=self._max_pixels)
            return
        async with self._sandboxes.one(owner) as sandbox:
            await sandbox.run(data)

    async def close(self) -> None:
        await self._sandboxes.close()


def look(data: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What a sandbox does: nothing is made, or it raises as `inspect` does."""
    inspect(data, max_pixels=arguments["max_pixels"])
    return {}, b""
