"""Tells other programs what has happened: sends deliveries that are due, beside requests."""

import asyncio
from collections.abc import Sequence

import structlog

from api import metrics
from api.duties.portions import Portions
from api.webhooks.schedule import SCHEDULE_S, Consequence, consequence_of
from api.webhooks.sending import Sender
from shared.errors import Away
from shared.ledger import webhook_outbox as ledger
from shared.ledger.database import LedgerRefused, Pool
from shared.ledger.webhook_outbox import Attempt, ClaimedDelivery
from shared.patience import Patience

POLL_S = 2.0  # between looks for what others have written
AT_ONCE = 256  # attempts under way in one process, each to another webhook; they wait, and cost little
LEASE_MORE_S = 30.0  # than an attempt may take, until a process that holds a webhook is taken for dead
TIDY_S = 60.0  # between two times that old deliveries are forgotten, and waiting ones counted
DAY_S = 24 * 3600


class Webhooks:
    """Each api replica runs one; no two are at the same webhook, and one that died is followed by another."""

    def __init__(
        self,
        pool: Pool,
        sender: Sender,
        *,
        keep_days: float,
        schedule_s: Sequence[float] = SCHEDULE_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._pool = pool
        self._sender = sender
        self._keep_s = keep_days * DAY_S
        self._schedule_s = schedule_s
        self._portions = Portions("webhooks", self.begin_all, poll_s)
        self._under_way: set[asyncio.Task[None]] = set()
        self._tidy_at = float("-inf")
        self._log = structlog.get_logger().bind(service="webhooks")

    def wake(self) -> None:
        """There is something to send now."""
        self._portions.wake()

    async def run(self) -> None:
        try:
            await self._portions.run()
        finally:  # what was under way is sent again by whoever finds it when our hold on it has ended
            for attempt in self._under_way:
                attempt.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            await self._sender.close()

    async def begin_all(self) -> None:
        """Begin with what is due and nobody else is at, without waiting for what comes of it. Raises Away."""
        for attempt in [one for one in self._under_way if one.done()]:
            self._under_way.remove(attempt)
            attempt.result()  # a fault of ours ends the process
        lease_s = self._sender.timeout_s + LEASE_MORE_S
        room = AT_ONCE - len(self._under_way)
        for claimed in await ledger.claim_deliveries(self._pool, lease_s, room):
            attempt = asyncio.create_task(self._attempt(claimed), name="webhook")
            self._under_way.add(attempt)
            attempt.add_done_callback(lambda _: self.wake())
        await self._tidy()

    async def _attempt(self, claimed: ClaimedDelivery) -> None:
        try:
            attempt = await self._sender.send(claimed)
        except Exception:  # of our making, but a stranger's server must not end the process again and again
            self._log.exception("attempt failed", delivery=str(claimed.id))
            attempt = Attempt(None, "Something went wrong here; the log says what.", 0.0)
        told = consequence_of(attempt, claimed.failures, self._schedule_s)
        try:
            async with asyncio.timeout(LEASE_MORE_S):
                await self._settle(claimed, attempt, told)
        except (TimeoutError, LedgerRefused) as error:  # sent again, when our hold on it has ended
            self._log.warning("attempt is not noted", delivery=str(claimed.id), error=repr(error))
            return
        outcome = "delivered" if told.delivered else "failed" if told.again_s is not None else "given up"
        metrics.WEBHOOK_ATTEMPTS.labels(outcome).inc()
        if not told.delivered:
            self._log.info(
                "webhook not delivered",
                webhook=str(claimed.webhook_id),
                delivery=str(claimed.id),
                problem=attempt.problem,
                again_s=told.again_s,
                gone=told.gone,
            )

    async def _settle(self, claimed: ClaimedDelivery, attempt: Attempt, told: Consequence) -> None:
        """Tried again while the ledger is away: what is not noted is sent twice and holds up the next."""
        patience = Patience()
        while True:
            try:
                await ledger.settle_delivery(
                    self._pool,
                    claimed,
                    attempt,
                    again_s=told.again_s,
                    rest_s=told.rest_s,
                    gone=told.gone,
                    tried_for_s=sum(self._schedule_s),
                )
            except Away as error:
                self._log.info("attempt is not noted yet", delivery=str(claimed.id), error=error.detail)
                await patience.pause()
            else:
                return

    async def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._tidy_at < TIDY_S:
            return
        self._tidy_at = now
        await ledger.forget_deliveries(self._pool, self._keep_s)
        metrics.WEBHOOKS_WAITING.set(await ledger.waiting_deliveries(self._pool))
