"""Which birds are to be expected: the worker's sources, and the answers that are judged by them once more."""

import asyncio
from typing import Final

import structlog

from shared.broker.hint_publisher import HintPublisher
from shared.errors import Away
from shared.ledger.database import Pool
from shared.ledger.judging import judge_portion
from shared.patience import Patience
from shared.range.configured import read_sources
from shared.range.judging import Judge
from shared.range.source import Ranges
from worker.metrics import JUDGED, RANGE
from worker.settings import WorkerSettings

POLL_S: Final = 2.0  # until a site that was changed is noticed
PAUSE_S: Final = 0.02  # between two portions, for answers of the same batch
_NAMES_TOLD: Final = 10  # of those in a source that are no species'


def judge_of(settings: WorkerSettings) -> Judge | None:
    """By the sources that are set, if there are any. It reads files: run it in a thread.

    Raises RangeSourceBroken.
    """
    log = structlog.get_logger().bind(service="range")
    sources = read_sources(
        settings.range, least_records=settings.range_least_records, threshold=settings.range_threshold
    )
    if not sources:
        log.info("no source of ranges: no answer says whether its bird is to be expected there")
        return None
    for source in sources:
        RANGE.labels(source.source).set(1)
        log.info("judging birds", source=source.source, no_species=len(source.unknown))
        if source.unknown:
            log.debug(
                "names that are no species", source=source.source, names=sorted(source.unknown)[:_NAMES_TOLD]
            )
    layers = [layer for source in sources for layer in source.layers]
    return Judge(Ranges([source.source for source in sources], layers))


async def judge_forever(pool: Pool, hints: HintPublisher, judge: Judge) -> None:
    """Batches of which a site, or their owner's word on a species, has changed."""
    log = structlog.get_logger().bind(service="range")
    patience = Patience()
    while True:
        try:
            hint = await judge_portion(pool, judge)
        except Away as error:
            log.warning("answers not judged again", error=error.detail)
            await patience.pause()
            continue
        patience.reset()
        if hint is None:
            await asyncio.sleep(POLL_S)
        else:
            JUDGED.inc()
            await hints.publish([hint])
            await asyncio.sleep(PAUSE_S)
