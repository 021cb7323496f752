"""Tells a person where the system is."""

import socket
import sys

import segno

from scripts.embedded.home import Home
from scripts.embedded.stack import Stack

ELSEWHERE = ("192.0.2.1", 9)  # an address of the documentation's; no packet goes there


def announce(home: Home, stack: Stack, how_to_stop: str) -> None:
    """Print the addresses; the last two lines are for programs."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # not every terminal knows the QR code's blocks
    port = stack.url.rsplit(":", 1)[1]
    print(f"\nBirds is running; its data and logs are in {home.data}\n")
    print(f"  on this machine   {_page(stack.url, stack.key)}")
    if address := network_address():
        page = _page(f"http://{address}:{port}", stack.key)
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
