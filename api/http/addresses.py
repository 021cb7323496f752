"""Where a request comes from."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

Network = IPv4Network | IPv6Network


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """The address of the client; where that is one of our `proxies`, the last that it says it was asked by.

    Whatever stands before the last was said by who knows whom, and is never believed.
    """
    peer = request.remote or ""
    forwarded = request.headers.getall("X-Forwarded-For", ())
    if not forwarded or not _is_in(peer, proxies):
        return peer
    return forwarded[-1].rpartition(",")[2].strip() or peer


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
