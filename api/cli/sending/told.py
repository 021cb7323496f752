"""How far a batch's answers were told, kept between runs in the user's folder for state (XDG)."""

import os
import sys
from pathlib import Path

from api.cli.running import say


class Told:
    """The seq of the last answer that was told of one batch: each is told at least once, and seldom twice."""

    def __init__(self, batch_id: str) -> None:
        self._path = state_folder() / f"{batch_id}.seq"
        try:
            self.seq = int(self._path.read_text())
        except (OSError, ValueError):
            self.seq = 0

    def note(self, seq: int | None) -> None:
        """Where it can't be kept, the next run tells all of the batch again."""
        self.seq = seq or self.seq
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_suffix(f".{os.getpid()}")
            part.write_text(str(self.seq))
            part.replace(self._path)
        except OSError as error:
            say(f"{self._path} can't be written: {error.strerror or error}")


def state_folder() -> Path:
    """Whether it is there or not."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "birds"
    home = os.environ.get("XDG_STATE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".local" / "state") / "birds"
