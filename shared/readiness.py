"""What a process waits for: each part that it needs is asked, and says why it can't be used."""

import asyncio
from collections.abc import Awaitable, Mapping

from shared.errors import Away

CHECK_S = 3.0  # a part that takes longer is not there for our purposes


async def faults(checks: Mapping[str, Awaitable[None]]) -> dict[str, Away]:
    """By part, why it can't be used now; empty where all can. A check raises Away."""
    found = await asyncio.gather(*(_fault(part, check) for part, check in checks.items()))
    return {part: fault for part, fault in zip(checks, found, strict=True) if fault is not None}


def told(found: Mapping[str, Away]) -> str:
    """One sentence a part, for a person."""
    return " ".join(fault.detail for fault in found.values())


async def _fault(part: str, check: Awaitable[None]) -> Away | None:
    try:
        async with asyncio.timeout(CHECK_S):
            await check
    except Away as fault:
        return fault
    except TimeoutError:
        return Away(f"{part}: nothing for {CHECK_S:g} s")
    return None
