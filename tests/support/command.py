"""The `birds` command, run as a person would."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT

TIMEOUT_S = 90  # the longest run here sends 600 photos


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def sent(self) -> tuple[int, int]:
        """How many photos travelled, and how many the server had already."""
        found = re.search(r"^([\d,]+) photos? sent, ([\d,]+) there already$", self.err, re.MULTILINE)
        assert found, self
        return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


class Birds:
    """Runs `birds` with an environment of its own, in a folder of its own."""

    def __init__(self, folder: Path, **env: str) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BIRDS_")}
        # Neither a stack nor anybody's configuration: what is not said here is not found.
        self._env = {**kept, "PYTHONPATH": str(ROOT), "BIRDS_DATA": str(folder / "no-stack")}
        self._env |= {
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            **env,
        }

    async def __call__(self, *arguments: str | Path) -> Ended:
        return await self.end(await self.start(*arguments))

    async def start(self, *arguments: str | Path) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "api.cli", *map(str, arguments)]
        return await asyncio.create_subprocess_exec(
            *command, env=self._env, cwd=self._folder, stdout=pipe, stderr=pipe
        )

    async def end(self, process: asyncio.subprocess.Process) -> Ended:
        async with asyncio.timeout(TIMEOUT_S):
            out, err = await process.communicate()
        assert b"Traceback" not in err, err.decode()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())
