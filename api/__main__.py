"""The api process: reads its settings, opens what it needs, serves until it is told to stop."""

import shared.blas  # noqa: F401 - before numpy is loaded

# isort: split
import asyncio
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

import structlog
from aiohttp import web

from api.duties.backlog import Backlog
from api.duties.cancellations import cancellations_of
from api.duties.dead_letters import DeadLetters
from api.duties.deletions import Deletions
from api.duties.feed import Feed
from api.duties.key_limits import KeyLimits
from api.duties.looks import Looks
from api.duties.relay import Relay
from api.duties.retries import retries_of
from api.duties.sightings import Sightings
from api.duties.sweeper import Sweeper
from api.duties.webhooks import Webhooks
from api.http.app import build_app
from api.http.connections import Runner
from api.http.draining import OPEN_REQUESTS
from api.intake.budget import ByteBudget
from api.intake.files import Unpacking
from api.intake.inspection import HeaderInspection
from api.intake.presigned import PresignedUploads
from api.intake.room import Room
from api.intake.spool import Spool
from api.intake.storing import Store
from api.services import Services
from api.settings import ApiSettings
from api.snapshots import Snapshots
from api.taxa.local_names import read_local_names
from api.taxa.taxa import Taxa
from api.thumbnails.maker import Thumbnails
from api.turns import Turns
from api.webhooks.addresses import Addresses
from api.webhooks.sending import Sender
from shared import lifecycle
from shared.broker.hint_publisher import HintPublisher
from shared.disk import DataDisk
from shared.errors import BirdsError
from shared.ledger.database import LedgerRefused, Pool, open_pool
from shared.ledger.migrate import migrate
from shared.ledger.models import promote_first
from shared.logging import configure_logging
from shared.objects import ObjectStore, open_object_store
from shared.settings import read_settings

ABORT_S = 1.0  # for requests that did not end in time to be cancelled in


def main() -> None:
    """Serve, or do what the command line says instead."""
    if len(sys.argv) > 1:
        from api.operator.commands import app  # what serves does not wait for it

        app(prog_name="birds-api")
    settings = read_settings(ApiSettings)
    configure_logging(settings.log_level, settings.log_format)
    try:
        lifecycle.run(run(settings))
    except (BirdsError, LedgerRefused) as error:
        structlog.get_logger().error("api can't run", error=str(error))
        raise SystemExit(1) from None


async def run(settings: ApiSettings) -> None:
    """Serve until SIGTERM or SIGINT, or until a background service dies."""
    signalled = lifecycle.stop_on_signal(settings.drain_s)
    drained = asyncio.Event()
    there = partial(lifecycle.when_there, wait_s=settings.start_wait_s, stop=signalled)
    await there(lambda: migrate(settings.postgres_url.get_secret_value()))
    async with open_services(settings) as services:
        await there(services.objects.ensure_bucket)
        if settings.model is not None:  # a worker that names another one must not find ours there by default
            await promote_first(services.pool, settings.model)
        amqp_url = settings.amqp_url.get_secret_value()
        await lifecycle.supervise(
            drained,
            {
                "relay": services.relay.run(),
                "feed": services.feed.run(),
                "hints": services.hints.run(),
                "watched batches": services.feed.compare_forever(services.pool, settings.feed_poll_s),
                "dead letters": DeadLetters(services.pool, amqp_url).run(),
                "sweeper": services.sweeper.run(),
                "deletions": services.deletions.run(),
                "retries": services.retries.run(),
                "cancellations": services.cancellations.run(),
                "sightings": services.sightings.run(),
                "webhooks": services.webhooks.run(),
                "limits": services.limits.run(),
                "http": serve(services, signalled, drained),
            },
        )


async def serve(services: Services, signalled: asyncio.Event, drained: asyncio.Event) -> None:
    """Serve until `signalled`, then let open requests end; the other services run until they have."""
    settings = services.settings
    log = structlog.get_logger()
    runner = Runner(build_app(services), per_address=settings.connections_per_address, shutdown_s=ABORT_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.api_host, settings.api_port)
        await site.start()
        log.info("serving", addresses=runner.addresses)
        await signalled.wait()
        log.info("stopping")
        await site.stop()
        services.stopping.set()
        services.feed.tell_everyone()
        if not await runner.app[OPEN_REQUESTS].ended(settings.drain_s):
            log.warning("some requests did not end in time")
    finally:
        await runner.cleanup()
    drained.set()
    await asyncio.Event().wait()  # until we are cancelled with the others


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncIterator[Services]:
    """Everything that handlers work with, opened; nothing of it runs yet."""
    async with (
        open_pool(
            settings.postgres_url.get_secret_value(),
            settings.postgres_connections,
            settings.postgres_statement_s,
        ) as pool,
        open_object_store(settings) as objects,
    ):
        services = make_services(settings, pool, objects)
        try:
            yield services
        finally:
            await services.thumbnails.close()
            await services.inspection.close()
            services.unpacking.threads.shutdown(wait=False, cancel_futures=True)


def make_services(settings: ApiSettings, pool: Pool, objects: ObjectStore) -> Services:
    amqp_url = settings.amqp_url.get_secret_value()
    relay = Relay(pool, amqp_url, settings.delivery_limit)
    feed = Feed(amqp_url)
    sweeper = Sweeper(pool, objects, upload_url_s=settings.upload_url_s)
    addresses = Addresses(settings.webhook_networks)
    sender = Sender(addresses, settings.webhook_timeout_s)
    disk = DataDisk(settings.data_folder, settings.disk_free_bytes)
    return Services(
        settings=settings,
        pool=pool,
        objects=objects,
        relay=relay,
        feed=feed,
        hints=HintPublisher(amqp_url, "api"),
        looks=Looks(pool),
        sweeper=sweeper,
        deletions=Deletions(pool, sweeper),
        retries=retries_of(pool, relay, feed),
        cancellations=cancellations_of(pool, feed),
        sightings=Sightings(pool),
        webhooks=Webhooks(pool, sender, keep_days=settings.webhook_keep_days),
        addresses=addresses,
        limits=KeyLimits(pool, settings),
        store=Store(pool, objects, relay, feed),
        presigned=PresignedUploads(pool, objects, relay, feed, max_bytes=settings.max_photo_bytes),
        backlog=Backlog(pool, settings.backlog_max),
        disk=disk,
        room=Room(disk, relay, objects),
        budget=ByteBudget(settings.intake_bytes),
        unpacking=Unpacking(
            ThreadPoolExecutor(settings.archives_at_once, "unpack"),
            Spool(settings.spool_folder, settings.spool_bytes),
            Turns(settings.archives_at_once, each=max(1, settings.archives_at_once // 2)),
        ),
        inspection=HeaderInspection(settings.max_photo_pixels),
        thumbnails=Thumbnails(
            objects,
            max_bytes=settings.max_photo_bytes,
            max_pixels=settings.max_photo_pixels,
            timeout_s=settings.thumbnail_s,
        ),
        snapshots=Snapshots(pool, settings.spool_folder),
        taxa=Taxa(pool, read_local_names(settings.local_names) if settings.local_names else {}),
    )


if __name__ == "__main__":
    main()
