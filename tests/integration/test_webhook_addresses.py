"""No webhook reaches what is not public, however its address is written and whatever its name leads to."""

import contextlib
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.webhooks.addresses import Addresses
from api.webhooks.sending import Lookup, Sender
from api.webhooks.signing import new_secret
from shared.errors import BirdsError, Code
from shared.ledger.webhook_outbox import Attempt, ClaimedDelivery
from tests.support.receiver import receiving

REFUSED = "Nothing is sent to an address that is not public, unless the operator allows it."
LOOPBACK = (ip_network("127.0.0.0/8"),)
LITERALS = ["127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"]
LEGACY = ["2130706433", "0x7f000001", "0x7f.1", "127.1", "017700000001"]
NAMES = ["localhost"]


async def sent(url: str, addresses: Addresses, lookup: Lookup = socket.getaddrinfo) -> Attempt:
    sender = Sender(addresses, 5.0, lookup)
    try:
        return await sender.send(
            ClaimedDelivery(uuid4(), uuid4(), datetime.now(UTC), url, [new_secret()], "test", "{}", 0)
        )
    finally:
        await sender.close()


@pytest.mark.parametrize("host", [*LITERALS, *LEGACY, *NAMES])
async def test_nothing_is_sent_to_this_machine(host: str) -> None:
    async with receiving() as receiver:
        attempt = await sent(f"http://{host}:{receiver.port}/", Addresses(()))
        assert attempt.status is None
        if host not in LEGACY:  # those are refused by some versions of the library before they are looked at
            assert attempt.problem == REFUSED
        assert receiver.came.empty()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
async def test_what_the_operator_allows_is_sent_to(host: str) -> None:
    async with receiving() as receiver:
        attempt = await sent(f"http://{host}:{receiver.port}/", Addresses(LOOPBACK), over_ipv4)
        assert (attempt.status, attempt.problem) == (204, None)


def over_ipv4(host: str, port: int, *_: Any) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)


async def test_a_name_that_leads_elsewhere_by_the_time_of_the_connection_is_refused() -> None:
    """DNS rebinding: what counts is the address that is connected to."""
    asked = []

    def lookup(host: str, port: int, *_: Any) -> Sequence[tuple[Any, ...]]:
        asked.append(host)
        there = "127.0.0.1" if len(asked) > 1 else "127.0.0.2"  # of which the first is allowed
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (there, port))]

    async with receiving(host="0.0.0.0") as receiver:
        sender = Sender(Addresses((ip_network("127.0.0.2/32"),)), 5.0, lookup)
        try:
            url, outcomes = f"http://rebinding.test:{receiver.port}/", []
            for _ in range(2):
                claimed = ClaimedDelivery(
                    uuid4(), uuid4(), datetime.now(UTC), url, [new_secret()], "test", "{}", 0
                )
                outcomes.append((await sender.send(claimed)).problem)
        finally:
            await sender.close()
        assert outcomes == [None, REFUSED]
        assert (asked, receiver.came.qsize()) == (["rebinding.test"] * 2, 1)


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://{host}/" for host in [*LITERALS, *LEGACY]),
        *(
            f"https://{host}/hook"
            for host in (
                "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
                "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]",
                "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "[::127.0.0.1]", "[2001:db8::1]",
            )
        ),
        "http://user:password@example.org/", "http://", "https://[", "http://example.org:99999/",
    ],
)  # fmt: skip
def test_what_can_be_told_at_once_is_refused_at_once(url: str) -> None:
    with pytest.raises(BirdsError) as refused:
        Addresses(()).check(url)
    assert refused.value.code is Code.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?a=b", "http://93.184.215.14:8080/", "https://[2606:4700::1111]/"]
)
def test_public_addresses_and_names_are_taken(url: str) -> None:
    Addresses(()).check(url)


@given(st.text(max_size=80))
@example("a" * 70 + ".example/")
@example("exa\u2024mple.org/")
@example("[::1%eth0]/")
def test_an_address_is_taken_or_refused_whatever_it_is(text: str) -> None:
    with contextlib.suppress(BirdsError):
        Addresses(()).check("http://" + text)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "no.such.name.invalid"])
async def test_a_name_that_leads_nowhere_is_told_as_that(host: str) -> None:
    def lookup(*_: Any) -> Sequence[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    attempt = await sent(f"http://{host}/", Addresses(()), lookup)
    assert attempt.status is None
    assert attempt.problem in ("Its name leads nowhere.", "That is no address of a server.")


def test_a_network_that_is_allowed_is_so_however_it_is_written() -> None:
    addresses = Addresses((ip_network("10.1.0.0/16"), ip_network("fc00::/7")))
    for host in ("10.1.2.3", "[::ffff:10.1.2.3]", "167837699", "[fd12::1]"):
        addresses.check(f"http://{host}/")
    with pytest.raises(BirdsError):
        addresses.check("http://10.2.0.1/")
