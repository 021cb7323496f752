from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled photo."""

    path: Path
    split: str
    species: str  # as its folder or list calls it
