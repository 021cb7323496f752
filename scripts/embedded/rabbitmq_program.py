"""Finds RabbitMQ's start script."""

import shutil
from pathlib import Path

from scripts.embedded.errors import USAGE, StackError

# Debian's /usr/sbin/rabbitmq-server insists on the system's own user and data; the script it calls does not.
PLACES = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),  # Debian, Ubuntu
    Path("/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server"),  # macOS on Apple silicon
    Path("/usr/local/opt/rabbitmq/sbin/rabbitmq-server"),  # macOS on Intel
)


def rabbitmq_server() -> str:
    """The script that runs a node for whoever calls it.

    Raises:
        StackError: RabbitMQ is not installed.
    """
    for place in PLACES:
        if place.exists():
            return str(place)
    if found := shutil.which("rabbitmq-server"):
        return found
    raise StackError("RabbitMQ is not installed: run scripts/setup", USAGE)
