"""Where nothing is sent whoever names it (SSRF): to what is not public, unless the operator allows it.

What counts is the address that is connected to, looked at when it is: a name may lead elsewhere than it did a
moment ago (DNS rebinding), and one address can be written in many ways.
"""

import errno
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohappyeyeballs import AddrInfoType
from yarl import URL

from shared.errors import BirdsError, Code

_SAID = "Nothing is sent to an address that is not public, unless the operator allows it."


class AddressRefused(OSError):
    """As if there were no way there; always in the same words, so that several are told as one."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, _SAID)


class Addresses:
    def __init__(self, allowed: Sequence[IPv4Network | IPv6Network]) -> None:
        """`allowed`: networks that are not public, and may be sent to all the same."""
        self._allowed = allowed

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """For a connection to the address of `info`. Raises AddressRefused."""
        family, kind, protocol, _, there = info
        if not self._may_be_sent_to(str(there[0])):
            raise AddressRefused
        return socket.socket(family, kind, protocol)

    def check(self, url: str) -> None:
        """What can be told before anything is sent: a name is looked up only then. Raises
        `refused-address`."""
        try:
            there = URL(url)
            port = there.port
        except ValueError:
            raise BirdsError(Code.REFUSED_ADDRESS, "That is no address of a server.") from None
        if there.scheme not in ("http", "https") or not there.raw_host or not port:
            raise BirdsError(Code.REFUSED_ADDRESS, "Webhooks are sent by http or https, to a host.")
        if there.user is not None or there.password is not None:
            raise BirdsError(
                Code.REFUSED_ADDRESS, "A name or a password in an address is shown to everybody."
            )
        literal = _literal(there.raw_host)
        if literal is not None and not self._may_be_sent_to(literal):
            raise BirdsError(Code.REFUSED_ADDRESS, _SAID)

    def _may_be_sent_to(self, text: str) -> bool:
        try:
            address = _meant(ip_address(text))
        except ValueError:  # another way to write one
            return False
        if any(address in network for network in self._allowed if network.version == address.version):
            return True
        local = isinstance(address, IPv6Address) and address.is_site_local
        return address.is_global and not (address.is_multicast or address.is_reserved or local)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that travels as IPv6 is the one that it stands for."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _literal(host: str) -> str | None:
    """The address that `host` is, also as C's library reads it (127.1, 0x7f000001); None: it is a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
