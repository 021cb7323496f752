"""Settings of our own commands: from the environment and, where that is silent, from the local stack."""

import os
from pathlib import Path

from pydantic import ValidationError

from shared.local_stack import LocalStackError, read_stack
from shared.settings import SECRETS, Settings, settings_from


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
