"""A whole system with fresh data, for one measurement."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@contextmanager
def throwaway_stack(data: Path, *options: str, **environment: str) -> Iterator[dict[str, Any]]:
    """Run `scripts/up` with its data in `data`; yields what stack.json says, and removes all of it after."""
    shutil.rmtree(data, ignore_errors=True)
    place = ["--data", str(data)]
    subprocess.run(
        [ROOT / "scripts/up", *place, "--detach", *options],
        env={**os.environ, **environment},
        check=True,
        stdout=sys.stderr,
    )
    try:
        yield json.loads((data / "stack.json").read_text())
    finally:
        subprocess.run([ROOT / "scripts/down", *place], check=True, stdout=sys.stderr)
        shutil.rmtree(data, ignore_errors=True)
