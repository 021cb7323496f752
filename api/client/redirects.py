"""Redirects: a server that wants https is believed, everybody else's are told. The key follows none of them.

A request that is sent on by itself changes: a POST becomes a GET, and a key goes where it does not belong.
"""

import aiohttp
from yarl import URL

from api.client.errors import BirdsApiError

REDIRECTS = frozenset((301, 302, 303, 307, 308))
KEYLESS = "healthz"  # what anybody may ask


async def encrypted(session: aiohttp.ClientSession, base: URL) -> URL:
    """`base`, or the same by https where the server sends plain http on to there.

    Asked without the key, which then never travels in the clear.
    """
    if base.scheme == "https":
        return base
    asked = base.join(URL(KEYLESS))
    async with session.get(asked, allow_redirects=False) as response:
        to = _target(response)
    if to is None or to.scheme != "https" or to.host != base.host or not to.path.endswith(asked.path):
        return base
    prefix = to.path.removesuffix(KEYLESS)
    return to.with_path(prefix)


def redirected(response: aiohttp.ClientResponse) -> BirdsApiError | None:
    """What to tell where the answer is a redirect: who is asked is not Birds, or not any more."""
    to = _target(response)
    if to is None:
        return None
    detail = f"{response.url.origin()} sends requests on to {to.origin()}{to.path}: use Birds' own address."
    return BirdsApiError("redirected", response.status, detail)


def _target(response: aiohttp.ClientResponse) -> URL | None:
    if response.status not in REDIRECTS or not (location := response.headers.get("Location")):
        return None
    try:
        to = response.url.join(URL(location))
        to.origin()  # raises where it names none
    except ValueError:
        return None
    return to
