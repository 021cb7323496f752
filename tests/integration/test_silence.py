"""Servers that fall silent: what a worker holds is bounded, and a broker that is silent has a new session."""

import asyncio
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.duties.relay import Relay
from shared.broker import session, topology
from shared.broker.hint_publisher import HintPublisher
from shared.broker.session import Session, keep_session
from shared.errors import Away
from shared.ledger import database
from shared.ledger.batches import get_batch
from shared.ledger.database import Pool, open_pool
from shared.ledger.readiness import check
from shared.lifecycle import first_of
from shared.objects import ObjectStore
from shared.records import Counts, Lane
from tests.support.ledger import a_batch, an_owner, eventually, queue_photos
from tests.support.proxy import Proxy, proxied
from tests.support.stack import Stack
from worker.batcher import Batcher
from worker.cancelled import CancelledBatches
from worker.committer import Committer
from worker.consumer import PhotoConsumer
from worker.decode_pool import DecodePool
from worker.delivery import Delivery
from worker.inference import Inference
from worker.model_slot import ModelSlot
from worker.pipeline import Pipeline
from worker.preparation import Preparation

PREFETCH = 8
PHOTOS = 40  # without bytes: each fails as `missing-object`, for which no model is asked
CUTS = 3
SILENT_S = 0.3  # until Postgres is said to be away
HEARTBEAT_S = 1


def through(proxy: Proxy, url: str) -> str:
    return re.sub(r"@[^/]+/", f"@{proxy.url.replace('http://', '')}/", url)


class Counting(Pipeline):
    """Notes how many photos were taken."""

    taken = 0

    def submit(self, delivery: Delivery) -> None:
        self.taken += 1
        super().submit(delivery)


async def test_what_is_in_hand_is_bounded_while_postgres_is_silent_and_the_broker_comes_and_goes(
    stack: Stack, pool: Pool, objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "CONNECT_S", SILENT_S)
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    refused: Counter[str] = Counter()
    async with (
        proxied(stack.postgres_url) as postgres,
        proxied(stack.amqp_url) as broker,
        open_pool(through(postgres, stack.postgres_url), 4, statement_s=SILENT_S) as silent,
    ):
        committer = Committer(silent, HintPublisher(stack.amqp_url, "test"), enough=PREFETCH)
        decoders = DecodePool(1, max_pixels=1, timeout_s=1)  # not started: nothing is decoded
        pipeline = Counting(
            Preparation(objects, decoders, ModelSlot(silent, never, 60), 10**6),
            Batcher(PREFETCH, 0.1),
            Inference(ThreadPoolExecutor(1), 60),
            committer,
        )

        async def check_servers() -> None:
            try:
                await check(silent)
            except Away:
                refused["photos"] += 1
                raise

        amqp_url = through(broker, stack.amqp_url)
        consumer = PhotoConsumer(
            amqp_url, pipeline, check_servers, CancelledBatches(silent), prefetch=PREFETCH, drain_s=5
        )
        relay = Relay(pool, stack.amqp_url, 20)
        stop = asyncio.Event()

        async def go_through() -> None:
            await eventually(lambda: is_consuming(consumer))
            postgres.silence()
            await queue_photos(pool, owner, batch, [str(number) for number in range(PHOTOS)])
            relay.wake()
            await eventually(lambda: has_taken(pipeline, PREFETCH))
            for _ in range(CUTS):
                twice = refused["photos"] + 2  # by one session: it waits, and asks again
                broker.cut()
                await eventually(lambda twice=twice: has_refused(refused, twice))
            assert pipeline.taken == PREFETCH, "none is taken that could only be held"
            postgres.cut()  # what speaks again
            await eventually(lambda: is_answered(pool))
            stop.set()

        await first_of(go_through(), until_stopped(consumer, stop), committer.run(), relay.run())
    assert (await get_batch(pool, owner, batch)).counts == Counts(PHOTOS, 0, 0, PHOTOS)


async def never(source: str) -> None:
    raise AssertionError(f"no model is asked for, and {source} was")


async def is_consuming(consumer: PhotoConsumer) -> bool:
    return consumer._consuming


async def has_taken(pipeline: Counting, photos: int) -> bool:
    return pipeline.taken >= photos


async def has_refused(refused: Counter[str], times: int) -> bool:
    return refused["photos"] >= times


async def is_answered(pool: Pool) -> bool:
    return await pool.fetchval("select count(*) from photos where state = 'failed'") == PHOTOS


async def until_stopped(consumer: PhotoConsumer, stop: asyncio.Event) -> None:
    await consumer.run(stop)
    await asyncio.Event().wait()


async def test_a_silent_connection_to_the_broker_is_given_up_for_a_new_one(stack: Stack) -> None:
    """For ever silent; new ones work. After as many heartbeats as make 30 s where the URL says nothing."""
    assert 3 * (session.HEARTBEAT_S + 1) <= 30
    begun: asyncio.Queue[float] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def hold(of: Session) -> None:
        await topology.declare_lane(of, Lane.BULK, 20)
        begun.put_nowait(loop.time())
        await asyncio.Event().wait()

    async with proxied(stack.amqp_url) as proxy:
        url = f"{through(proxy, stack.amqp_url)}?heartbeat={HEARTBEAT_S}"
        task = asyncio.create_task(keep_session(url, "test", hold))
        try:
            await begun.get()
            proxy.silence_open()
            silent_since = loop.time()
            async with asyncio.timeout(20):
                took_s = await begun.get() - silent_since
        finally:
            task.cancel()
    assert took_s <= 3 * (HEARTBEAT_S + 1) + 2 * session.CLOSE_S
