"""The worker process: reads settings, opens connections, and runs the pipeline until it is told to stop."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

import structlog

from shared.broker.hint_publisher import HintPublisher
from shared.errors import Away, BirdsError
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.migrate import check_schema
from shared.ledger.readiness import check
from shared.lifecycle import run, stop_on_signal, supervise, when_there
from shared.logging import configure_logging
from shared.objects import ObjectStore, open_object_store
from shared.range.source import RangeSourceBroken
from shared.readiness import faults
from shared.settings import read_settings
from shared.vision.allocator import keep_freed_memory
from worker.batcher import Batcher
from worker.cancelled import CancelledBatches
from worker.committer import Committer
from worker.consumer import PhotoConsumer
from worker.decode_pool import DecodePool
from worker.decode_size import DecodeSize, keep_sized
from worker.engines.choose import choose
from worker.expectations import judge_forever, judge_of
from worker.health import serve_health
from worker.inference import Inference
from worker.model_loader import ModelLoader
from worker.model_slot import ModelSlot
from worker.pipeline import Pipeline
from worker.preparation import Preparation
from worker.settings import WorkerSettings
from worker.shadow.process import Candidates
from worker.shadow.shadow import Shadow


async def work(settings: WorkerSettings) -> None:
    """Run until SIGTERM or SIGINT; what is in hand is finished first."""
    stop = stop_on_signal(settings.drain_s)
    size = DecodeSize(os.cpu_count() or 1)
    there = partial(when_there, wait_s=settings.start_wait_s, stop=stop)
    judge = await asyncio.to_thread(judge_of, settings)
    async with (
        AsyncExitStack() as opened,
        open_object_store(settings) as objects,
        DecodePool(
            settings.decode_processes or size.processes,
            max_pixels=settings.max_photo_pixels,
            timeout_s=settings.decode_timeout_s,
        ) as decoders,
    ):
        pool = await there(lambda: opened.enter_async_context(_pool(settings)))
        await check_schema(pool)
        await there(objects.check)
        build = partial(
            choose,
            kind=settings.engine,
            device=settings.device,
            precision=settings.precision,
            threads=settings.threads or None,
            batch_size=settings.batch_size or None,
            streams=settings.streams or None,
            measured=settings.model_cache / "engines",
            allow_null=True,  # set by name in the environment, it is meant
            null_photos_per_s=settings.null_photos_per_s,
        )
        loader = ModelLoader(pool, objects, settings.model_cache, build)
        slot = ModelSlot(pool, loader.load, settings.model_poll_s)
        await slot.fill(settings.model)

        amqp_url = settings.amqp_url.get_secret_value()
        hints = HintPublisher(amqp_url, "worker")
        engine = slot.current.engine  # every later one runs on the same device in the same way
        threads = ThreadPoolExecutor(engine.streams, thread_name_prefix="engine")
        full = engine.batch_size * engine.streams
        shadow = _shadow(settings, pool, objects)
        committer = Committer(pool, hints, full, judge, shadow.offer)
        batcher = Batcher(engine.batch_size, settings.batch_wait_s, engine.largest_batch)
        pipeline = Pipeline(
            Preparation(objects, decoders, slot, settings.max_photo_bytes),
            batcher,
            Inference(threads, settings.forward_timeout_s),
            committer,
        )

        async def check_servers() -> None:
            await check(pool)
            await objects.check()

        cancelled = CancelledBatches(pool)
        consumer = PhotoConsumer(
            amqp_url,
            pipeline,
            check_servers,
            cancelled,
            prefetch=(settings.prefetch_batches - 1) * full + engine.largest_batch * engine.streams,
            drain_s=settings.drain_s,
        )
        finished = asyncio.Event()

        async def consume() -> None:
            await consumer.run(stop)
            finished.set()

        async def check_broker() -> None:
            consumer.check()
            await hints.check()

        async def not_ready() -> dict[str, Away]:
            return await faults({"postgres": check(pool), "rabbitmq": check_broker(), "s3": objects.check()})

        health = await serve_health(settings.worker_metrics_port, not_ready)
        try:
            await supervise(
                finished,
                {
                    "consume": consume(),
                    "hints": hints.run(),
                    "prepare": pipeline.watch(),
                    **{f"classify {n}": pipeline.classify_forever() for n in range(engine.streams)},
                    "commit": committer.run(),
                    "follow the promoted model": slot.follow(),
                    **({"shadow": shadow.run()} if settings.shadow_memory_mb else {}),
                    "follow what is cancelled": cancelled.follow(),
                    **(
                        {}
                        if settings.decode_processes
                        else {"size the decode pool": keep_sized(decoders, size, batcher)}
                    ),
                    **({} if judge is None else {"judge again": judge_forever(pool, hints, judge)}),
                },
            )
        finally:
            if health is not None:
                await health.cleanup()
            threads.shutdown(wait=False, cancel_futures=True)


def _shadow(settings: WorkerSettings, pool: Pool, objects: ObjectStore) -> Shadow:
    candidates = Candidates(
        pool,
        objects,
        settings.model_cache,
        engine=settings.engine,
        memory_mb=settings.shadow_memory_mb,
        max_pixels=settings.max_photo_pixels,
    )
    return Shadow(pool, objects, candidates, poll_s=settings.model_poll_s, max_bytes=settings.max_photo_bytes)


def _pool(settings: WorkerSettings) -> AbstractAsyncContextManager[Pool]:
    return open_pool(
        settings.postgres_url.get_secret_value(), settings.postgres_connections, settings.postgres_statement_s
    )


def main() -> None:
    """`birds-worker selftest` tells what a worker would do here; without a word it is one."""
    if sys.argv[1:2] == ["selftest"]:
        from worker.selftest.command import selftest

        keep_freed_memory()
        raise SystemExit(selftest(sys.argv[2:]))
    if sys.argv[1:]:
        raise SystemExit("usage: birds-worker [selftest [--help]]")
    settings = read_settings(WorkerSettings)
    configure_logging(settings.log_level, settings.log_format)
    keep_freed_memory()
    try:
        run(work(settings))
    except (BirdsError, LedgerRefused, RangeSourceBroken) as error:
        structlog.get_logger().error("worker can't run", error=str(error))
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
