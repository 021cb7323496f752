"""The `birds` command as a person runs it: real processes on real servers."""

import asyncio
import csv
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from api.client import BirdsClient
from shared.ledger.database import Pool
from tests.support.pictures import jpeg
from tests.support.processes import ROOT, System, system
from tests.support.stack import Stack

PHOTOS = 240  # more than one group
NULL_ENGINE = {"BIRDS_ENGINE": "null"}
TIMEOUT_S = 60


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


class Birds:
    """Runs the command against one system, as one owner."""

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        self.env = env
        self.cwd = cwd

    async def __call__(self, *arguments: str | Path) -> Ended:
        process = await self.start(*arguments)
        async with asyncio.timeout(TIMEOUT_S):
            return await ended(process)

    async def start(self, *arguments: str | Path) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-c", "from api.cli.main import app; app(prog_name='birds')"]
        environment = {"PYTHONPATH": str(ROOT), **without_birds(os.environ), **self.env}
        return await asyncio.create_subprocess_exec(
            *command, *map(str, arguments), env=environment, cwd=self.cwd, stdout=pipe, stderr=pipe
        )


def without_birds(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("BIRDS_")}


async def ended(process: asyncio.subprocess.Process) -> Ended:
    out, err = await process.communicate()
    assert b"Traceback" not in err, err.decode()
    return Ended(process.returncode or 0, out.decode(), err.decode())


def photos(folder: Path, names: Sequence[str], first: int = 0) -> Path:
    for number, name in enumerate(names, first):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(number))
    return folder


def sent(end: Ended) -> tuple[int, int]:
    """How many photos travelled, and how many the server had already."""
    found = re.search(r"^([\d,]+) photos sent, ([\d,]+) were there already$", end.err, re.MULTILINE)
    assert found, end
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))
