"""Room on the disk of this machine, where the servers keep their data on it."""

import shutil
from pathlib import Path

from shared.errors import DiskFull

MB = 1000 * 1000


class DataDisk:
    """The disk that `folder` lies on; None: the servers keep their data elsewhere, and look after it."""

    def __init__(self, folder: Path | None, least_bytes: int) -> None:
        self._folder = folder
        self._least_bytes = least_bytes

    async def check(self) -> None:
        """Raises DiskFull while fewer than `least_bytes` are free."""
        if self._folder is None:
            return
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise DiskFull(f"{self._folder}: {error.strerror}") from error
        if free < self._least_bytes:
            raise DiskFull(f"{free // MB:,} MB are free, {self._least_bytes // MB:,} MB are needed")
