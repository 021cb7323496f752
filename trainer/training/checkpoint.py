"""What a run needs to go on as if it had never stopped: written after each epoch, in one step."""

import os
from pathlib import Path
from typing import Any

import torch

FILE = "checkpoint.pt"


def save_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """A run that is killed finds the old one or the new one, never a part."""
    new = folder / f"{FILE}.new"
    torch.save(state, new)
    os.replace(new, folder / FILE)


def load_checkpoint(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """None where the run has not come to the end of its first epoch."""
    path = folder / FILE
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return state
