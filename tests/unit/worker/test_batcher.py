"""Which photos go into the next batch, for one stream of forward passes and for several."""

import asyncio
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.messages import PhotoJob
from shared.records import Lane
from worker.batcher import ATTENDED_S, Batcher
from worker.decode_pool import DecodedPhoto
from worker.delivery import Delivery, Prepared
from worker.in_hand import InHand
from worker.model_slot import ServingModel

ONE_MODEL, ANOTHER = cast(ServingModel, object()), cast(ServingModel, object())
HELD = InHand()


def photo(lane: Lane = Lane.BULK, model: ServingModel = ONE_MODEL, in_hand: InHand = HELD) -> Prepared:
    job = PhotoJob(photo_id=uuid4(), batch_id=uuid4(), key="k", sha256="0" * 64, top_k=1)
    return Prepared(Delivery(cast(Any, None), job, lane, in_hand), cast(DecodedPhoto, None), model)


async def test_a_full_batch_does_not_wait() -> None:
    batcher = Batcher(size=3, wait_s=60)
    photos = [photo() for _ in range(4)]
    for one in photos:
        batcher.put(one)
    assert await batcher.take() == photos[:3]


async def test_a_part_filled_batch_goes_when_the_wait_is_over() -> None:
    batcher = Batcher(size=3, wait_s=0.01)
    batcher.put(alone := photo())
    assert await batcher.take() == [alone]


async def test_streams_that_wait_together_each_get_photos() -> None:
    """Two streams wait for one photo: one gets it, the other one waits on, and is not handed nothing."""
    batcher = Batcher(size=3, wait_s=0.01)
    first, second = (asyncio.create_task(batcher.take()) for _ in range(2))
    await asyncio.sleep(0)  # both wait now
    batcher.put(one := photo())
    assert await first == [one]
    assert not second.done()
    batcher.put(another := photo())
    assert await second == [another]


async def test_an_interactive_photo_ends_the_wait_and_leaves_room_for_bulk() -> None:
    batcher = Batcher(size=4, wait_s=60)
    taken = asyncio.create_task(batcher.take())
    bulk = [photo() for _ in range(2)]
    for one in bulk:
        batcher.put(one)
    await asyncio.sleep(0)
    singles = [photo(Lane.INTERACTIVE) for _ in range(5)]
    for one in singles:
        batcher.put(one)
    assert await taken == [*singles[:3], bulk[0]]


async def test_photos_prepared_for_another_model_begin_another_batch() -> None:
    batcher = Batcher(size=3, wait_s=0.01)
    old, new = photo(), photo(model=ANOTHER)
    batcher.put(old)
    batcher.put(new)
    assert await batcher.take() == [old]
    assert await batcher.take() == [new]


async def test_photos_of_a_lost_session_are_forgotten() -> None:
    batcher = Batcher(size=2, wait_s=0.01)
    lost = InHand()
    batcher.put(photo(in_hand=lost))
    batcher.put(photo(Lane.INTERACTIVE, in_hand=lost))
    taking = asyncio.create_task(batcher.take())
    lost.lose()
    batcher.forget_lost()
    batcher.put(kept := photo())
    assert await taking == [kept]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def taken(batcher: Batcher, lane: Lane, count: int) -> int:
    """Photos in the next batch, where so many come to those that wait."""
    for _ in range(count):
        batcher.put(photo(lane))
    return len(await batcher.take())


@pytest.mark.parametrize(
    ("waiting", "batches"),
    [
        (4, [4]),
        (7, [4, 3]),  # not so many that a larger one would be full
        (8, [8]),
        (30, [20, 8, 2]),  # 16 is not the largest
        (60, [20, 20, 20]),
    ],
)
async def test_batches_grow_with_the_backlog(waiting: int, batches: list[int]) -> None:
    batcher = Batcher(size=4, wait_s=0, largest=20)
    sizes = [await taken(batcher, Lane.BULK, waiting)]
    while sum(sizes) < waiting:
        sizes.append(await taken(batcher, Lane.BULK, 0))
    assert sizes == batches


async def test_no_batch_grows_while_somebody_sends_interactive_photos() -> None:
    """One of them waits for a large batch, which nobody could foresee; no other one does."""
    batcher = Batcher(size=4, wait_s=0, largest=16, clock=(clock := Clock()))
    assert await taken(batcher, Lane.BULK, 64) == 16
    assert await taken(batcher, Lane.INTERACTIVE, 1) == 4
    clock.now += ATTENDED_S - 0.001
    assert await taken(batcher, Lane.BULK, 0) == 4
    assert await taken(batcher, Lane.INTERACTIVE, 1) == 4
    clock.now += ATTENDED_S - 0.001
    assert await taken(batcher, Lane.BULK, 0) == 4
    clock.now += 0.001
    assert await taken(batcher, Lane.BULK, 0) == 16


async def test_a_grown_batch_is_of_one_model() -> None:
    batcher = Batcher(size=2, wait_s=0, largest=8)
    for model in (ONE_MODEL, ONE_MODEL, ONE_MODEL, *[ANOTHER] * 5):
        batcher.put(photo(model=model))
    assert [len(await batcher.take()) for _ in range(3)] == [3, 4, 1]


def pass_s(photos: int) -> float:
    """As of a GPU, on which large batches are the quicker way."""
    return 0.1 + 0.01 * photos


async def test_a_photo_waits_for_two_full_batches_at_most_whatever_the_backlog() -> None:
    """But for the first one in a while. Time is what the forward passes take."""
    batcher = Batcher(size=8, wait_s=0, largest=64, clock=(clock := Clock()))
    arrivals = [clock.now + 20 + 3.7 * number for number in range(40)]
    waits: list[float] = []
    sizes: list[int] = []
    while len(waits) < len(arrivals):
        for _ in range(64):
            batcher.put(photo())
        began = clock.now
        batch = await batcher.take()
        end = began + pass_s(len(batch))
        waits += (end - arrivals[len(waits)] for one in batch if one.delivery.lane is Lane.INTERACTIVE)
        sizes.append(len(batch))
        for arrival in arrivals:
            if began <= arrival < end:
                clock.now = arrival
                batcher.put(photo(Lane.INTERACTIVE))
        clock.now = end
    assert max(sizes) == 64
    assert waits[0] <= pass_s(64) + pass_s(8)
    assert max(waits[1:]) <= 2 * pass_s(8)
