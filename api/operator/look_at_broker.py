"""Whether what the ledger counts as published is with the broker."""

from collections.abc import AsyncIterator
from functools import partial

from api.duties.relay import LOST_AFTER_S
from api.operator.findings import Finding
from api.settings import ApiSettings
from shared.broker import topology
from shared.broker.session import Session, once
from shared.broker.topology import LaneQueue
from shared.ledger.database import Pool
from shared.ledger.outbox import unpublish_lane
from shared.ledger.upkeep import published_long_ago
from shared.objects import ObjectStore
from shared.records import Lane


async def look_at_broker(settings: ApiSettings, pool: Pool, _: ObjectStore) -> AsyncIterator[Finding]:
    """Raises SessionLost where the broker is away."""
    queues = await _queues(settings.amqp_url.get_secret_value())
    published = await published_long_ago(pool, LOST_AFTER_S)
    for lane, queue in queues.items():
        if queue is None:
            yield Finding(f"The broker has no queue for lane {lane}; a running api declares it.")
        elif not queue.consumers:
            yield Finding(f"No worker takes photos of lane {lane}: {queue.messages:,} messages wait.")
        lost = published.get(lane, 0)
        if lost and (queue is None or not queue.messages):
            what = f"The messages of {lost:,} photos of lane {lane} are in no queue."
            yield Finding(what, partial(_publish_again, pool, lane))


async def _publish_again(pool: Pool, lane: Lane) -> None:
    await unpublish_lane(pool, lane, older_than_s=LOST_AFTER_S)


async def _queues(amqp_url: str) -> dict[Lane, LaneQueue | None]:
    found: dict[Lane, LaneQueue | None] = {}

    async def look(session: Session) -> None:
        found.update({lane: await topology.look(session, lane) for lane in Lane})

    await once(amqp_url, "birds doctor", look)
    return found
