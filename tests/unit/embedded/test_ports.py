"""Ports are free, different, and out of the way of outgoing connections."""

import socket

from scripts.embedded.ports import PRIVATE_PORTS, free_ports, is_taken, listens


def test_free_ports_differ_and_are_private() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(port in PRIVATE_PORTS for port in ports)


async def test_a_listening_server_takes_its_port_on_one_address_or_on_all() -> None:
    for host in ("127.0.0.1", "0.0.0.0"):
        with socket.create_server((host, 0)) as server:
            port = server.getsockname()[1]
            assert is_taken(port)
            assert await listens(port)
        assert not is_taken(port)
        assert not await listens(port)


def test_a_port_is_given_once_though_nobody_listens_yet() -> None:
    given = [port for _ in range(100) for port in free_ports(30)]  # of 12,000: by chance some would meet
    assert len(set(given)) == len(given)
