"""A limit that is soon over is waited for, and said; one of the day is told at once."""

import pytest

from api.cli.waiting import Limited
from api.client import BirdsApiError, Patience


def over(retry_after_s: float) -> BirdsApiError:
    detail = "This key may make 40 requests a minute; go on in 1 s."
    return BirdsApiError("over-limit", 429, detail, retry_after_s=retry_after_s)


class Server:
    """Says no so many times."""

    def __init__(self, times: int, error: BirdsApiError) -> None:
        self.left = times
        self.error = error

    async def attempt(self) -> str:
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return "done"


async def test_a_limit_is_waited_for_and_said_once() -> None:
    said: list[str] = []
    patience = Patience(first_pause_s=0.001, longest_pause_s=0.001, waiting=Limited(said.append))
    server = Server(3, over(0.001))
    assert await patience.keep_trying(server.attempt) == "done"
    assert said == ["waiting: This key may make 40 requests a minute; go on in 1 s."]


async def test_a_limit_of_the_day_is_raised_at_once() -> None:
    server = Server(1, over(3600))
    with pytest.raises(BirdsApiError, match="over-limit"):
        await Patience().keep_trying(server.attempt)
    assert server.left == 0
