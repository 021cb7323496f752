"""What one key may do, so that nobody slows down another: asked before anything is done for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.duties.allowances import Allowances
from api.duties.holds import Holds
from api.duties.pace import Pace
from api.duties.quotas import DAY_S, MINUTE_S, OverLimit, Quota
from api.settings import ApiSettings
from shared.ledger.database import Pool
from shared.ledger.keys import Access
from shared.ledger.usage import open_batches_of_owner, queued_of_owner, webhooks_of_owner
from shared.records import OwnerId

CACHED_S = 1.0  # an owner's backlog is counted anew; a second of uploads changes little
REMEMBERED = 1000  # owners whose backlog is


class KeyLimits:
    """Requests, bytes and photos of a key are used up; what is open at one time comes back when it ends.

    Batches know their owner and not the key that made them, so what waits and what is open is the owner's.
    """

    def __init__(self, pool: Pool, settings: ApiSettings) -> None:
        self._pool = pool
        self._allowances = Allowances(pool)
        self._holds = Holds(pool)
        self._retry_after_s = settings.retry_after_s
        self._queued: dict[OwnerId, tuple[float, int]] = {}
        self.requests = Quota(
            "requests",
            settings.key_requests_a_minute,
            "make {amount} requests a minute",
            MINUTE_S,
        )
        self._pace = Pace(self.requests, MINUTE_S)
        self._photos = Quota(
            "photos", settings.key_photos_a_day, "send {amount} photos a day", DAY_S, "photos"
        )
        self._bytes = Quota(
            "bytes", settings.key_bytes_a_day, "send {amount} bytes a day", DAY_S, "content-bytes"
        )
        at_once = "concurrent-requests"
        self._uploads = Quota(
            "uploads", settings.key_uploads, "send {amount} requests with photos at once", unit=at_once
        )
        self._websockets = Quota(
            "websockets", settings.key_websockets, "hold {amount} websockets open", unit=at_once
        )
        self._waiting = Quota("queued", settings.owner_queued, "have {amount} photos waiting", unit="photos")
        self._open = Quota(
            "batches", settings.owner_open_batches, "have {amount} batches open", unit="batches"
        )
        self._webhooks = Quota("webhooks", settings.owner_webhooks, "have {amount} webhooks", unit="webhooks")

    async def run(self) -> None:
        """For as long as the process does."""
        await self._holds.run()

    async def request(self, access: Access) -> str:
        """In its time; returns how the key's requests stand, as a `RateLimit` header. Raises OverLimit."""
        await self._pace.wait(access.key_id)
        return await self._allowances.take(access.key_id, self.requests)

    async def photos(self, access: Access, count: int, size: int) -> None:
        """That many photos of `size` bytes together are taken in. Raises OverLimit."""
        if count:
            await self._allowances.take(access.key_id, self._photos, count)
        if size:
            await self._allowances.take(access.key_id, self._bytes, size)

    async def check_upload(self, access: Access) -> None:
        """Before any photo is sent in vain. Raises OverLimit."""
        for quota in (self._photos, self._bytes):
            self._allowances.check(access.key_id, quota)
        if await self._queued_of(access.owner_id) >= self._waiting.amount:
            raise OverLimit(self._waiting, self._retry_after_s)

    async def check_open_batches(self, access: Access) -> None:
        """Before one more is. Raises OverLimit."""
        if await open_batches_of_owner(self._pool, access.owner_id) >= self._open.amount:
            raise OverLimit(self._open, self._retry_after_s)

    async def check_webhooks(self, access: Access) -> None:
        """Before there is one more. Raises OverLimit."""
        if await webhooks_of_owner(self._pool, access.owner_id) >= self._webhooks.amount:
            raise OverLimit(self._webhooks, self._retry_after_s)

    @asynccontextmanager
    async def uploading(self, access: Access) -> AsyncIterator[None]:
        """Around a request with photos. Raises OverLimit."""
        async with self._holds.hold(access.key_id, self._uploads):
            yield

    @asynccontextmanager
    async def watching(self, access: Access) -> AsyncIterator[None]:
        """Around a websocket. Raises OverLimit."""
        async with self._holds.hold(access.key_id, self._websockets):
            yield

    async def _queued_of(self, owner: OwnerId) -> int:
        now = asyncio.get_running_loop().time()
        asked_at, queued = self._queued.get(owner, (float("-inf"), 0))
        if now - asked_at < CACHED_S:
            return queued
        queued = await queued_of_owner(self._pool, owner)
        if len(self._queued) >= REMEMBERED:
            self._queued.clear()
        self._queued[owner] = now, queued
        return queued
