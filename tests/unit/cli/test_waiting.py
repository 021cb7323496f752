"""What a run says while nothing moves."""

import asyncio
from collections.abc import Callable

import pytest

from api.cli import waiting


class Hindered:
    """A client whose server gives these reasons, one after the other; the last one stays."""

    def __init__(self, *reasons: str | None) -> None:
        self._reasons = list(reasons)

    async def hindrance(self, batch_id: str) -> str | None:
        return self._reasons.pop(0) if len(self._reasons) > 1 else self._reasons[0]


async def said(client: Hindered, standing: Callable[[], object], rounds: int = 8) -> list[str]:
    lines: list[str] = []
    async with waiting.explained(client, "batch", standing, lines.append):  # type: ignore[arg-type]
        await asyncio.sleep(rounds * waiting.QUIET_S)
    return lines


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET_S", 0.02)


async def test_each_reason_is_said_once_and_that_it_is_over() -> None:
    client = Hindered(None, "The disk is full.", "The disk is full.", "The broker is full.", None)
    assert await said(client, lambda: 1, rounds=20) == [
        "waiting: The disk is full.",
        "waiting: The broker is full.",
        "the server works again",
    ]


async def test_a_run_that_moves_asks_nobody() -> None:
    numbers = iter(range(1000))
    assert await said(Hindered("The disk is full."), lambda: next(numbers)) == []
