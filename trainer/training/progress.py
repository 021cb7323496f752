"""How a run is watched: a bar with photos/s and time left on a terminal, a line an epoch elsewhere."""

from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from trainer.training.journal import Epoch


class RunWatcher(Protocol):
    """Is told what a run does."""

    def began(self, epoch: int, of: int, photos: int) -> None: ...

    def ticked(self, photos: int) -> None: ...

    def ended(self, epoch: Epoch) -> None: ...


class Silence:
    """Of all processes but the first."""

    def began(self, epoch: int, of: int, photos: int) -> None:
        pass

    def ticked(self, photos: int) -> None:
        pass

    def ended(self, epoch: Epoch) -> None:
        pass


class _PhotosPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} photos/s" if task.speed else "")


class Terminal:
    """Prints; rich leaves the bar away where no terminal is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _PhotosPerSecond(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("")

    def began(self, epoch: int, of: int, photos: int) -> None:
        self._bar.reset(self._task, total=photos, description=f"epoch {epoch} of {of}")
        self._bar.start()

    def ticked(self, photos: int) -> None:
        self._bar.advance(self._task, photos)

    def ended(self, epoch: Epoch) -> None:
        self._bar.stop()
        print(
            f"epoch {epoch.epoch}: loss {epoch.loss:.3f}, macro-F1 on valid {epoch.macro_f1:.3f},"
            f" {epoch.photos_per_s:.0f} photos/s",
            flush=True,
        )
