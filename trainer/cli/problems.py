"""What ends a command early."""

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    import torch


def find_device(name: str) -> "torch.device":
    """`name` in torch's words; gives up where there is none."""
    import torch

    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # unknown to it, or not built for it, or not there
        give_up(f"device {name}: {str(error).splitlines()[0]}")
    return device


def in_short(error: Exception) -> str:
    """Without the traceback that a loader's process sends along with what went wrong."""
    return str(error).strip().rsplit("DataSetError: ", 1)[-1]


def give_up(reason: object) -> NoReturn:
    """Say why and exit with status 2."""
    print(f"birds-train: {reason}", file=sys.stderr)
    raise typer.Exit(2)
