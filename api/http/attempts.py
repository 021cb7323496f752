"""Wrong keys, slowed down by the address that they come from (throttling)."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

from shared.errors import Code, ComeBack

EVERY_S = 1.0  # one wrong key is looked at this often when they flood us; it costs Postgres and us nothing
REMEMBERED = 10_000  # addresses, and good keys; some 2 MB
SITE_BITS = 64  # of an IPv6 address: its other half is chosen freely by whoever has the first


class FailedAttempts:
    """A bucket of tries for each address (token bucket), emptied by wrong keys alone.

    Keys that were good here before pass whatever else comes from their address: behind a proxy or at home
    many share one, and nobody is to lock others out. Each process counts for itself.
    """

    def __init__(self, at_once: int, clock: Callable[[], float] = monotonic) -> None:
        """`at_once`: wrong keys from one address before the first is refused unseen."""
        self._at_once = at_once
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when a site's bucket is full again
        self._good: OrderedDict[bytes, None] = OrderedDict()

    def check(self, address: str, key: str) -> None:
        """Raises `too-many-attempts` before anything is asked about a key from an empty bucket's address."""
        wait_s = self._full_at.get(_site(address), 0.0) - self._clock() - (self._at_once - 1) * EVERY_S
        if wait_s > 0 and _digest(key) not in self._good:
            raise ComeBack(Code.TOO_MANY_ATTEMPTS, "Too many wrong keys came from your address.", wait_s)

    def failed(self, address: str) -> None:
        site = _site(address)
        self._full_at[site] = max(self._full_at.get(site, 0.0), self._clock()) + EVERY_S
        self._full_at.move_to_end(site)
        _bound(self._full_at)

    def succeeded(self, key: str) -> None:
        digest = _digest(key)
        self._good[digest] = None
        self._good.move_to_end(digest)
        _bound(self._good)


def _bound(remembered: OrderedDict[str, float] | OrderedDict[bytes, None]) -> None:
    if len(remembered) > REMEMBERED:
        remembered.popitem(last=False)


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _site(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, SITE_BITS), strict=False))
