"""A Postgres of its own, durable as a real one, with an empty database; gone afterwards."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.embedded.folder import Home, load_secrets, locked
from scripts.embedded.process.service import start_all, stop_all
from scripts.embedded.servers.postgres import EmbeddedPostgres


@contextmanager
def bare_postgres(folder: Path) -> Iterator[str]:
    """Its URL; what lay in `folder` is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    home = Home(folder.resolve())
    with locked(home.lock), asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        server = EmbeddedPostgres(home, load_secrets(home).postgres_password)
        try:
            runner.run(start_all([server]))
            yield server.url
        finally:
            runner.run(stop_all([server]))
            shutil.rmtree(folder, ignore_errors=True)
