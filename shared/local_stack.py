"""The stack that `scripts/up` runs on this machine, as its `stack.json` describes it to our own commands."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.settings import SECRETS, Settings, settings_from

STACK_FILE = "stack.json"


class LocalStackError(Exception):
    """What can't be read, or is not said anywhere."""


def read_stack(data: Path | None) -> dict[str, Any] | None:
    """Of the folder `data`, or of the usual ones; None where there is none. Raises `LocalStackError`."""
    for folder in [data] if data else [Path("var"), Path(sys.prefix).parent / "var"]:
        try:
            stack: dict[str, Any] = json.loads((folder / STACK_FILE).read_text())
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise LocalStackError(f"{folder / STACK_FILE} can't be read: {error}") from None
        return stack
    return None


def _is_said(variable: str) -> bool:
    return variable in os.environ or (SECRETS / variable.lower()).exists()


def settings_or_stack(kind: type[Settings], data: Path | None) -> Settings:
    """From `BIRDS_*` variables and, where those are silent, from the stack. Raises `LocalStackError`."""
    stack = read_stack(data) or {}
    silent = [name for name in kind.model_fields if not _is_said(f"BIRDS_{name.upper()}")]
    try:
        return settings_from(kind, **{name: stack[name] for name in silent if name in stack})
    except ValidationError as error:
        wrong = ", ".join(f"BIRDS_{str(problem['loc'][0]).upper()}" for problem in error.errors())
        raise LocalStackError(f"not set, or not well: {wrong}") from None
