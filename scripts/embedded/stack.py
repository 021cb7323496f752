"""Where a running stack is: what `stack.json` says to `birds`, to tests and to the next launcher."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scripts.embedded.home import Home
from scripts.embedded.ports import LOOPBACK
from scripts.embedded.private import write_private
from scripts.embedded.servers import Servers
from scripts.embedded.service import Service, children


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Servers):
    """A stack that is ready."""

    url: str
    key: str
    pid: int  # of the launcher
    processes: dict[str, int]  # name to pid


def describe(servers: Servers, port: int, key: str, services: Sequence[Service]) -> Stack:
    processes = {child.name: child.pid for child in children(services) if child.pid}
    url = f"http://{LOOPBACK}:{port}"
    return Stack(**asdict(servers), url=url, key=key, pid=os.getpid(), processes=processes)


def publish(home: Home, stack: Stack) -> None:
    """Tell the others, who may only do so as the same user."""
    write_private(home.stack, json.dumps(asdict(stack), indent=2) + "\n")


def read_stack(home: Home) -> Stack | None:
    """The stack that is ready in this folder, None where there is none."""
    try:
        return Stack(**json.loads(home.stack.read_text()))
    except FileNotFoundError:
        return None
