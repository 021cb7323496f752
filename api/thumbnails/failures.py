"""Why photos have no thumbnail, kept for some minutes: what fails after many seconds is not tried at once."""

import time
from collections import OrderedDict

from shared.errors import BirdsError, Code
from shared.records import BlobId

KEPT_S = 600.0  # a process that was killed from outside is to blame as well, so not for ever
KEPT = 10_000  # the latest; some 3 MB


class Failures:
    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._found: OrderedDict[BlobId, tuple[float, Code, str]] = OrderedDict()

    def add(self, blob: BlobId, error: BirdsError) -> None:
        self._found[blob] = (time.monotonic() + self._kept_s, error.code, error.detail)
        self._found.move_to_end(blob)
        if len(self._found) > KEPT:
            self._found.popitem(last=False)

    def check(self, blob: BlobId) -> None:
        """Raises what was added, while it is kept."""
        until, code, detail = self._found.get(blob, (0.0, Code.INTERNAL, ""))
        if time.monotonic() < until:
            raise BirdsError(code, detail)
        self._found.pop(blob, None)
