"""Wrong keys are slowed down by address, and nobody who has a good one."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from api.http.addresses import client_address
from api.http.attempts import EVERY_S, REMEMBERED, FailedAttempts
from shared.errors import ComeBack

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


AT_ONCE = 20


def guesses(attempts: FailedAttempts, address: str, tries: int) -> int:
    """How many of that many wrong keys were looked at."""
    looked_at = 0
    for number in range(tries):
        try:
            attempts.check(address, f"wrong-{number}")
        except ComeBack:
            continue
        attempts.failed(address)
        looked_at += 1
    return looked_at


def test_after_some_wrong_keys_one_is_looked_at_now_and_then() -> None:
    clock = Clock()
    attempts = FailedAttempts(AT_ONCE, clock)
    assert guesses(attempts, HERE, 500) == AT_ONCE
    assert guesses(attempts, THERE, 500) == AT_ONCE
    clock.now += 10 * EVERY_S
    assert guesses(attempts, HERE, 500) == 10
    clock.now += 3600
    assert guesses(attempts, HERE, 500) == AT_ONCE


def test_a_key_that_was_good_before_passes_whoever_else_is_at_its_address() -> None:
    attempts = FailedAttempts(AT_ONCE, Clock())
    attempts.succeeded("good")
    guesses(attempts, HERE, 100)
    attempts.check(HERE, "good")
    with pytest.raises(ComeBack) as refusal:
        attempts.check(HERE, "other")
    assert 0 < refusal.value.retry_after_s <= EVERY_S


def test_an_ipv6_site_is_one_address_and_memory_is_bounded() -> None:
    attempts = FailedAttempts(AT_ONCE, Clock())
    assert sum(guesses(attempts, f"2001:db8::{number:x}", 1) for number in range(100)) == AT_ONCE
    assert guesses(attempts, "::ffff:192.0.2.1", 100) + guesses(attempts, HERE, 100) == AT_ONCE
    for number in range(2 * REMEMBERED):
        attempts.failed(str(number))
        attempts.succeeded(str(number))
    assert len(attempts._full_at) == len(attempts._good) == REMEMBERED


@pytest.mark.parametrize(
    ("forwarded", "trusted", "address"),
    [
        (None, "192.0.2.0/24", HERE),
        ("198.51.100.7", "203.0.113.0/24", HERE),  # anybody can say so
        ("198.51.100.7", "192.0.2.0/24", "198.51.100.7"),
        ("8.8.8.8, 198.51.100.7", "192.0.2.0/24", "198.51.100.7"),
    ],
)
def test_only_proxies_of_ours_are_believed(forwarded: str | None, trusted: str, address: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=HERE)
    assert client_address(request, [ip_network(trusted)]) == address
