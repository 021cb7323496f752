"""A run is watched on a terminal, and read in a file."""

import io

import pytest
from rich.console import Console

from trainer.training.journal import Epoch
from trainer.training.progress import Terminal

ENDED = Epoch(epoch=1, lr=0.1, loss=0.5, macro_f1=0.25, photos_per_s=40)


def watched(is_terminal: bool) -> str:
    file = io.StringIO()
    terminal = Terminal(Console(file=file, force_terminal=is_terminal, width=100))
    terminal.began(1, of=3, photos=96)
    for _ in range(3):
        terminal.ticked(32)
    terminal.ended(ENDED)
    return file.getvalue()


def test_a_terminal_shows_how_far_how_fast_and_how_long_still(capsys: pytest.CaptureFixture[str]) -> None:
    shown = watched(is_terminal=True)
    for part in ("epoch 1 of 3", "96/96", "photos/s", "0:00"):
        assert part in shown
    assert capsys.readouterr().out == "epoch 1: loss 0.500, macro-F1 on valid 0.250, 40 photos/s\n"


def test_a_file_has_a_line_an_epoch_and_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert watched(is_terminal=False).strip() == ""
    assert "epoch 1" in capsys.readouterr().out
