"""The relay of the transactional outbox: publishes what the ledger has queued and no broker has confirmed.

It is the only publisher of photos, for new ones, retried ones and lost ones alike. Every api replica
runs one; they take turns.
"""

import asyncio
from collections.abc import Mapping

import structlog

from api.duties.lane_room import LaneRoom
from shared.broker import topology
from shared.broker.publisher import Publisher, publisher
from shared.broker.session import Session, keep_session
from shared.errors import Away, BrokerFull, LedgerAway, SessionLost
from shared.ledger.database import Pool
from shared.ledger.outbox import Page, take_unpublished, unpublish_lane
from shared.lifecycle import first_of
from shared.patience import Patience
from shared.records import Lane

PUBLISH_AT_ONCE = 200  # photos in one transaction, and unconfirmed at once: about 50 ms
LOOK_S = 0.03  # between looks at a lane that is full enough; longer where nothing moves
POLL_S = 1.0  # photos committed by a process that died before waking its relay wait at most this long
PULSE_S = 5.0  # how often an idle broker is asked whether it takes messages
AUDIT_S = 15.0  # how often an empty queue is compared with the ledger
WORKERS_S = 5.0  # how often it is asked whether anybody takes photos from the queues
NO_WORKER = "No worker is running, or none is ready yet; photos wait until one is."
LOST_AFTER_S = 120.0  # confirmed that long ago, not in the queue: no worker holds a photo that long


class Relay:
    """Publishes queued photos; `wake` it after every commit that queues some."""

    def __init__(self, pool: Pool, amqp_url: str, delivery_limit: int) -> None:
        self._pool = pool
        self._amqp_url = amqp_url
        self._delivery_limit = delivery_limit
        self._work = asyncio.Event()
        self._connected = False
        self._has_workers = True  # until the broker says otherwise
        self._full: BrokerFull | None = None
        self._felt_at = float("-inf")
        self._log = structlog.get_logger().bind(service="relay")

    @property
    def connected(self) -> bool:
        """Whether there is a session in which photos can be published."""
        return self._connected

    def check(self) -> None:
        """Raises SessionLost while there is no session in which photos can be published, BrokerFull."""
        if not self._connected:
            raise SessionLost("no session")
        self.check_takes()

    def check_takes(self) -> None:
        """Raises BrokerFull while the broker says that it takes no messages."""
        if self._full is not None:
            raise self._full

    def hindrance(self) -> str | None:
        """Why queued photos are not answered, as far as the broker knows; None: nothing is amiss."""
        try:
            self.check()
        except Away as error:
            return error.detail
        return None if self._has_workers else NO_WORKER

    def wake(self) -> None:
        self._work.set()

    async def run(self) -> None:
        await keep_session(self._amqp_url, "birds api: relay", self._session)

    async def _session(self, session: Session) -> None:
        for lane in Lane:
            await self._prepare_lane(session, lane)
        photos = await publisher(session)
        lanes = {lane: LaneRoom(await topology.watched(session, lane)) for lane in Lane}
        self._connected = True
        try:
            await first_of(
                self._publish_forever(photos, lanes),
                self._audit_forever(session),
                self._count_workers(session),
            )
        finally:
            self._connected = False
            self._has_workers = True
            self._full = None

    async def _prepare_lane(self, session: Session, lane: Lane) -> None:
        """Declare the lane's queue; where the broker has lost it, its messages are lost too."""
        if await topology.waiting(session, lane) is None:
            # The rows go first: if we die now, the next relay finds the queue missing again.
            lost = await unpublish_lane(self._pool, lane, older_than_s=0)
            self._log.warning("broker has no queue for lane", lane=lane, photos_to_publish_again=lost)
        await topology.declare_dead_letters(session)
        await topology.declare_lane(session, lane, self._delivery_limit)

    async def _publish_forever(self, photos: Publisher, lanes: Mapping[Lane, LaneRoom]) -> None:
        patience = Patience()
        while True:
            try:
                if await self._publish_all(photos, lanes):
                    patience.reset()
                    await self._rest(POLL_S)
                    continue
                self._log.warning("the broker refuses photos for now")  # a queue is over its limit
            except BrokerFull as error:
                # Not in a new session: what was sent in each would be read all at once in the end.
                self._full = error
                self._log.warning("the broker takes no photos", error=error.detail)
                await photos.room()
                self._full = None
                continue
            except LedgerAway as error:
                self._log.warning("ledger away", error=error.detail)
            await patience.pause()

    async def _feel_pulse(self, photos: Publisher) -> None:
        """The broker tells of its alarm those alone who publish; it is to be known before photos come."""
        now = asyncio.get_running_loop().time()
        if now - self._felt_at >= PULSE_S:
            await photos.pulse()
            self._felt_at = now

    async def _rest(self, seconds: float) -> None:
        """So long, or until somebody has queued photos."""
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass

    async def _publish_all(self, photos: Publisher, lanes: Mapping[Lane, LaneRoom]) -> bool:
        """Until the outbox is empty; False if the broker refused some.

        No more than workers take soon: the rest waits in the ledger, where owners take turns. In the queue
        whoever comes would wait behind all that is there.
        """
        pause_s = LOOK_S
        while True:
            self._work.clear()
            await self._feel_pulse(photos)
            left = {lane: min(await room.left(), PUBLISH_AT_ONCE) for lane, room in lanes.items()}
            limits = {lane: limit for lane, limit in left.items() if limit}
            page = await self._publish_page(photos, limits) if limits else Page([])
            for lane, _ in page.jobs:
                lanes[lane].take()
            if len(page.taken) < len(page.jobs):
                return False
            if page.jobs:
                continue
            if len(limits) == len(lanes):
                return True
            moving = any(room.moving for room in lanes.values())
            pause_s = LOOK_S if moving else min(2 * pause_s, POLL_S)  # without a worker: all night
            await self._rest(pause_s)

    async def _publish_page(self, photos: Publisher, limits: Mapping[Lane, int]) -> Page:
        async with take_unpublished(self._pool, limits) as page:
            page.taken = await photos.publish(page.jobs)
        return page

    async def _audit_forever(self, session: Session) -> None:
        """Messages can vanish while we look on (a purge): find photos that are in no queue."""
        while True:
            await asyncio.sleep(AUDIT_S)
            for lane in Lane:
                await self._audit_lane(session, lane)

    async def _count_workers(self, session: Session) -> None:
        """Each worker takes from every lane.

        A lane without its queue ends the session: the next one declares it, and publishes what was in it.
        """
        lanes = [await topology.watched(session, lane) for lane in Lane]
        while True:
            try:
                self._has_workers = any([(await look()).consumers for look in lanes])
            except BrokerFull:
                await session.unblocked()
            await asyncio.sleep(WORKERS_S)

    async def _audit_lane(self, session: Session, lane: Lane) -> None:
        if await topology.waiting(session, lane):
            return  # a message that waits is not lost; asked again when the queue is empty
        lost = await unpublish_lane(self._pool, lane, older_than_s=LOST_AFTER_S)
        if lost:
            self._log.warning("photos found in no queue", lane=lane, photos_to_publish_again=lost)
            self.wake()
