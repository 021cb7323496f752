"""Answers that are not the server's own: pages of proxies, firewalls and portals on the way to it."""

import re

import aiohttp

from api.client.errors import BirdsApiError, by_the_way_code

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
TITLE_LENGTH = 200  # characters; a sentence


async def foreign_answer(response: aiohttp.ClientResponse) -> BirdsApiError:
    """What a page says of itself, and which program made it, as far as it tells."""
    title = _TITLE.search(await response.text(errors="replace"))
    said = " ".join(title[1].split())[:TITLE_LENGTH] if title else ""
    said = said or f"{response.status} {response.reason}"
    program = response.headers.get("Server") or "a program that does not name itself"
    detail = f"Something on the way to the server answered in its place: {said}, says {program}."
    return BirdsApiError(by_the_way_code(response.status), response.status, detail)
