"""Servers and disks that run out of room, for real."""

import asyncio
import os
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from scripts.embedded.folder import Home
from scripts.embedded.process.leftovers import read_record
from scripts.embedded.servers.programs import rabbitmq_server
from scripts.embedded.servers.rabbitmq import DISK_FREE_LIMIT, NODE
from tests.support.processes import ROOT
from tests.support.stack import TEMPLATE, Stack

MORE_THAN_THERE_IS = 10**15  # bytes


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own size at `folder`; skips the test where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a file system can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    """A file that leaves `leave` bytes free; remove it to make room."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while (free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize) > leave:
            file.write(bytes(min(free - leave, 1 << 20)))
    return filler


@asynccontextmanager
async def tables_on(disk: Path, stack: Stack) -> AsyncIterator[str]:
    """The URL of a ledger whose tables and temporary files lie on `disk`."""
    name = f"full-{stack.vhost}"
    server = await asyncpg.connect(stack.servers.postgres_url)
    try:
        owner = Path(await server.fetchval("show data_directory")).stat()
        tables = disk / "tables"
        tables.mkdir()
        os.chown(tables, owner.st_uid, owner.st_gid)
        for parent in tables.parents:  # Postgres is another user
            if not parent.stat().st_mode & stat.S_IXOTH:
                parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
        await server.execute(f"create tablespace \"{name}\" location '{tables}'")
        await server.execute(f'create database "{name}" template {TEMPLATE} tablespace "{name}"')
        try:
            yield stack.postgres_url.replace(stack.vhost, name)
        finally:
            await server.execute(f'drop database "{name}" with (force)')
            await server.execute(f'drop tablespace "{name}"')
    finally:
        await server.close()


@asynccontextmanager
async def broker_alarm() -> AsyncIterator[None]:
    """RabbitMQ's own disk alarm, for the whole node: it wants more free bytes than there are."""
    await _set_limit(MORE_THAN_THERE_IS)
    try:
        yield
    finally:
        await _set_limit(DISK_FREE_LIMIT)


async def _set_limit(free_bytes: int) -> None:
    home = Home(ROOT / "var" / f"test-{os.getpid()}")  # as the fixture `servers` has it
    record = read_record(home.record("epmd"))
    assert record is not None
    epmd = record.process()
    assert isinstance(epmd, psutil.Process)
    port = epmd.cmdline()[epmd.cmdline().index("-port") + 1]
    environment = {
        **os.environ,
        "HOME": str(home.folder("rabbitmq")),
        "ERL_EPMD_PORT": port,
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    process = await asyncio.create_subprocess_exec(
        str(Path(rabbitmq_server()).with_name("rabbitmqctl")),
        *("-n", NODE, "set_disk_free_limit", str(free_bytes)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
