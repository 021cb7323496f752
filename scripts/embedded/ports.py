"""Free ports for servers that only this machine talks to."""

import asyncio
import random
import socket

LOOPBACK = "127.0.0.1"
ANY = "0.0.0.0"
# Below the ports that Linux (32768) and macOS (49152) lend to outgoing connections: one of those could take
# the port between our look and the server's start.
PRIVATE_PORTS = range(20_000, 32_000)

_given: set[int] = (
    set()
)  # by this process: a server that starts later would find its port taken by an earlier one


def is_free(port: int, host: str = ANY) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed server's port is free
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def is_taken(port: int) -> bool:
    """Whether somebody already listens; macOS lets two servers bind one port, on all addresses and on one."""
    return not (is_free(port) and is_free(port, LOOPBACK))


def free_ports(count: int) -> list[int]:
    """Different ports, picked at random so that stacks started at the same moment don't meet."""
    candidates = iter(random.sample(PRIVATE_PORTS, len(PRIVATE_PORTS)))
    free = (port for port in candidates if port not in _given and not is_taken(port))
    found = [next(free) for _ in range(count)]
    _given.update(found)
    return found


async def listens(port: int) -> bool:
    """Whether a server of this machine takes connections there."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
