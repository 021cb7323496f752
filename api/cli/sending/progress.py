"""How far a run is: two bars on a terminal, a line now and then elsewhere. Always on standard error."""

import sys
import time
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from api.cli.running import say

BARS_EVERY_S = 0.25  # drawing costs processor time that a server on the same machine needs
LINE_EVERY_S = 10.0


@dataclass
class Standing:
    """Where a run stands; photos but for the bytes. Archives hold more photos than were expected."""

    expected: int
    expected_bytes: int
    sent_bytes: int = 0
    accepted: int = 0
    answered: int = 0

    @property
    def total(self) -> int:
        return max(self.expected, self.accepted, self.answered)


class Display(Protocol):
    """Something that a person looks at; `show` is called at most every `every_s`."""

    every_s: float

    def show(self, standing: Standing) -> None: ...

    def tell(self, line: str) -> None: ...

    def close(self) -> None: ...


class Ticker:
    """Shows a standing when enough time has passed since the last look."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._last = time.monotonic()

    def tick(self, standing: Standing) -> None:
        now = time.monotonic()
        if now - self._last >= self._display.every_s:
            self._last = now
            self._display.show(standing)


class Bars:
    """For a terminal."""

    every_s = BARS_EVERY_S

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[photos]:>7,} photos"),
            _RateColumn(),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            auto_refresh=False,
            redirect_stdout=False,  # results on standard output stay there
            redirect_stderr=False,
        )
        self._sent = self._progress.add_task("sent", photos=0, unit="bytes")
        self._answered = self._progress.add_task("answered", photos=0, unit="photos")
        self._latest: Standing | None = None
        self._progress.start()

    def show(self, standing: Standing) -> None:
        self._latest = standing
        self._progress.update(
            self._sent,
            total=max(standing.expected_bytes, standing.sent_bytes),
            completed=standing.sent_bytes,
            photos=standing.accepted,
        )
        self._progress.update(
            self._answered, total=standing.total, completed=standing.answered, photos=standing.answered
        )
        self._progress.refresh()

    def tell(self, line: str) -> None:
        self._progress.console.print(line, markup=False, highlight=False)  # above the bars

    def close(self) -> None:
        if self._latest is not None:
            self.show(self._latest)  # which has moved on since
        self._progress.stop()


class Lines:
    """For a log file."""

    every_s = LINE_EVERY_S

    def show(self, standing: Standing) -> None:
        say(f"sent {standing.accepted:,} of {standing.total:,} photos, answered {standing.answered:,}")

    def tell(self, line: str) -> None:
        say(line)

    def close(self) -> None:
        pass


def open_display(results_on_stdout: bool) -> Display:
    """Bars where a person looks, unless they would be drawn between the results."""
    same_screen = results_on_stdout and sys.stdout.isatty()
    return Bars() if sys.stderr.isatty() and not same_screen else Lines()


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        text = f"{decimal(int(speed))}/s" if task.fields["unit"] == "bytes" else f"{speed:,.1f}/s"
        return Text(text, style="progress.data.speed")
