"""Loads the named statements that stand in `sql/`, one file a subject."""

from pathlib import Path
from typing import Any

import aiosql

_SQL = Path(__file__).parent / "sql"


def statements(subject: str) -> Any:
    """The statements of `sql/<subject>.sql`, each a coroutine function under its own name."""
    return aiosql.from_path(_SQL / f"{subject}.sql", "asyncpg", mandatory_parameters=False)
