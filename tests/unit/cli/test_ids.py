"""IDs by their beginnings."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from api.cli.ids import dashed, digits_of, find_batch, shortened
from api.cli.running import CouldNotRunError
from api.client import BatchDocument, BirdsClient

A = "01a210ef-e9ae-78ce-82da-828f0c2747e4"
B = "01a210ef-e9ae-79ce-82da-828f0c2747e4"
C = "01a210f0-0000-7000-8000-000000000000"


class Batches:
    """A server with batches of these IDs, in the order of the interface: the newest first."""

    def __init__(self, *ids: str) -> None:
        self.ids = sorted(ids, reverse=True)

    async def batches(self, *, before: str | None = None) -> AsyncIterator[BatchDocument]:
        for id in self.ids:
            if before is None or id < before:
                yield cast(BatchDocument, {"id": id})

    async def batch(self, id: str) -> BatchDocument:
        return cast(BatchDocument, {"id": id})


def client(*ids: str) -> BirdsClient:
    return cast(BirdsClient, Batches(*ids))


@pytest.mark.parametrize("text", ["01a210ef-e9ae-78", "01A210EFE9AE78", A[:-1], A])
async def test_a_beginning_that_one_has_is_enough(text: str) -> None:
    assert (await find_batch(client(A, B, C), text))["id"] == A


@pytest.mark.parametrize("digits", [A[:-1] + "f", "f" * 32])
async def test_the_last_that_begins_so_is_found_too(digits: str) -> None:
    last = dashed(digits_of(digits))
    assert (await find_batch(client(C, last), digits_of(digits)[:-1]))["id"] == last


@pytest.mark.parametrize("text", ["0", "01a210ef", "01a210ef-e9ae-7"])
async def test_one_that_several_have_is_told_with_them(text: str) -> None:
    with pytest.raises(CouldNotRunError, match="ambiguous") as told:
        await find_batch(client(A, B, C), text)
    assert A in str(told.value)
    assert B in str(told.value)


@pytest.mark.parametrize("text", ["02", "01a210ef-e9ae-77", "", "-", "trip", A + "0"])
async def test_one_that_none_has_is_told(text: str) -> None:
    with pytest.raises(CouldNotRunError, match=r"no batch|no ID"):
        await find_batch(client(A, B, C), text)


async def test_what_is_shown_is_found() -> None:
    everybody = client(A, B, C)
    shown = await shortened(everybody.batches(), 3)
    assert [short for short, _ in shown] == ["01a210f0-0000-70", "01a210ef-e9ae-79", "01a210ef-e9ae-78"]
    for short, batch in shown:
        assert (await find_batch(everybody, short))["id"] == batch["id"]


async def test_the_batch_after_the_last_one_shown_counts() -> None:
    [(short, batch)] = await shortened(client(A, B).batches(), 1)
    assert (short, batch["id"]) == ("01a210ef-e9ae-79", B)
    assert await shortened(client().batches(), 5) == []
    assert [short for short, _ in await shortened(client(A).batches(), 5)] == [A[:8]]


def test_dashes_stand_where_they_belong() -> None:
    assert [dashed(digits_of(A)[:length]) for length in (1, 8, 9, 16, 17, 32)] == [
        A[:1],
        A[:8],
        A[:10],
        A[:18],
        A[:20],
        A,
    ]
