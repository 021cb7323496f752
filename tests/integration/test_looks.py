"""Readers of one batch share what is read for them, and none is told less than was there when it asked."""

import asyncio

import pytest

from api.duties.looks import PAGE, Looks
from shared.errors import BirdsError, Code
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.records import new_id
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, queue_photos


async def test_those_who_ask_together_are_answered_by_one_look(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"{n}.jpg" for n in range(PAGE + 1)])
    await record_answers(pool, [an_answer(batch, photo) for photo in photos], model)
    looks = Looks(pool)
    found = await asyncio.gather(*(looks.after(owner, batch, 0) for _ in range(1000)))
    assert len({id(look) for look in found}) == 1
    assert [photo.seq for photo in found[0].events] == list(range(1, PAGE + 1))
    first, rest = await asyncio.gather(looks.after(owner, batch, 0), looks.after(owner, batch, PAGE))
    assert first is not found[0], "nothing is kept"
    assert [photo.seq for photo in rest.events] == [PAGE + 1]


async def test_who_asks_later_sees_what_was_committed_before(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(pool, owner, batch, [f"{n}.jpg" for n in range(30)])
    looks = Looks(pool)
    asked = []
    for number, photo in enumerate(photos, 1):
        await record_answers(pool, [an_answer(batch, photo)], model)
        asked.append((number, asyncio.create_task(looks.after(owner, batch, 0))))
        if number % 3:
            await asyncio.sleep(0)  # some ask while a look is being taken
    for number, task in asked:
        look = await task
        assert len(look.events) >= number
        assert look.batch.counts.done >= number


async def test_a_reader_that_leaves_takes_nothing_from_the_others(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    looks = Looks(pool)
    leaving, staying = (asyncio.create_task(looks.after(owner, batch, 0)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).events == []
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_batch_that_is_gone_is_told_to_each(pool: Pool) -> None:
    owner = await an_owner(pool)
    looks = Looks(pool)
    missing = new_id()
    found = await asyncio.gather(*(looks.after(owner, missing, 0) for _ in range(3)), return_exceptions=True)
    assert [one.code for one in found if isinstance(one, BirdsError)] == [Code.NOT_FOUND] * 3
