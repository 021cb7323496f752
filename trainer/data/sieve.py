"""Photos of a folder without the litter that systems and notebooks leave beside them, which is told once."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared.photo.litter import LITTER_KINDS, litter_of

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp"))

_log = logging.getLogger(__name__)  # without a handler it writes to standard error, which is where it belongs


class Sieve:
    """Of one data set, whose own folder may be called anything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kinds: Counter[str] = Counter()

    def photos(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Those of `paths` that are photos by their names and no litter, sorted."""
        for path in sorted(paths):
            if path.suffix.lower() not in SUFFIXES:
                continue
            if kind := litter_of(path.relative_to(self._folder).as_posix()):
                self._kinds[kind] += 1
            else:
                yield path

    def tell(self) -> None:
        """How many of what were passed over, if any."""
        if self._kinds:
            kinds = ", ".join(
                f"{LITTER_KINDS[kind]} ({count:,})" for kind, count in self._kinds.most_common()
            )
            _log.warning("%s: passed over %s", self._folder, kinds)
