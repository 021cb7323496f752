"""A fresh system for one measurement, and the photos that are sent through it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.throwaway import ROOT, throwaway_stack
from shared.vision.refs import DEFAULT_MODEL

FOLDER = ROOT / "var" / "bench"
PORT = 5999
Stack = dict[str, Any]
"""What stack.json says: `url`, `key`, `postgres_url`, `processes` by name."""


@dataclass(frozen=True)
class System:
    """What runs: `engine` as `BIRDS_ENGINE` has it, `model` a reference."""

    engine: str
    model: str = DEFAULT_MODEL
    precision: str = "auto"
    workers: int = 1
    null_photos_per_s: float = 0
    environment: dict[str, str] = field(default_factory=dict)

    def running(self) -> AbstractContextManager[Stack]:
        return throwaway_stack(
            FOLDER / "data",
            "--workers",
            str(self.workers),
            "--port",
            str(PORT),
            BIRDS_ENGINE=self.engine,
            BIRDS_MODEL=self.model,
            BIRDS_PRECISION=self.precision,
            BIRDS_NULL_PHOTOS_PER_S=str(self.null_photos_per_s),
            BIRDS_LOG_LEVEL="warning",
            **self.environment,
        )


def written(photos: Iterable[tuple[str, bytes]], name: str = "photos") -> list[Path]:
    """On disk, since that is where a client's photos are; what was there of that name is overwritten."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for file, data in photos:
        files.append(folder / file)
        files[-1].write_bytes(data)
    return files
