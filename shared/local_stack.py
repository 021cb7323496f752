"""The stack that `scripts/up` runs on this machine, as its `stack.json` describes it to our own commands.

Imports nothing that an extra brings: `birds` finds its server where Birds is installed without any.
"""

import json
import sys
from pathlib import Path
from typing import Any

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
