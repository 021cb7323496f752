"""Where a running stack is: told to a person, and by `stack.json` to `birds`, tests and the next launcher."""

import json
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import segno

from scripts.embedded.folder import Home, write_private
from scripts.embedded.ports import LOOPBACK
from scripts.embedded.process.service import Service, children
from scripts.embedded.servers.choice import Servers

ELSEWHERE = ("192.0.2.1", 9)  # an address of the documentation's; no packet goes there


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Servers):
    """A stack that is ready."""

    url: str
    key: str
    pid: int  # of the launcher
    processes: dict[str, int]  # name to pid


def describe(servers: Servers, port: int, prefix: str, key: str, services: Sequence[Service]) -> Stack:
    """`prefix`: the path below which a proxy shows the page; it is there without a proxy too."""
    processes = {child.name: child.pid for child in children(services) if child.pid}
    url = f"http://{LOOPBACK}:{port}{prefix}"
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


def announce(home: Home, stack: Stack, how_to_stop: str) -> None:
    """Print the addresses; the last two lines are for programs."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # not every terminal knows the QR code's blocks
    where = stack.url.removeprefix(f"http://{LOOPBACK}")  # port and path
    print(f"\nBirds is running; its data and logs are in {home.data}\n")
    print(f"  on this machine   {_page(stack.url, stack.key)}")
    if address := network_address():
        page = _page(f"http://{address}{where}", stack.key)
        print(f"  on your phone     {page}   (same network)\n")
        segno.make(page, error="l").terminal(compact=True)
    print(f"\n{how_to_stop}\n")
    print(f"BIRDS_URL={stack.url}")
    print(f"BIRDS_KEY={stack.key}", flush=True)


def network_address() -> str | None:
    """This machine's address in its network: from where it would send a packet to somewhere else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return None  # no network
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def _page(url: str, key: str) -> str:
    """The key is behind `#`, so that the browser keeps it to itself."""
    return f"{url}/#key={key}"
