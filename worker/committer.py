"""Commits outcomes, then hints, then acknowledges: the order that loses nothing."""

import asyncio

import structlog

from shared.errors import Code, LedgerAway, SessionLost
from shared.ledger.answers import record_answers
from shared.ledger.database import LedgerRefused, Pool
from shared.messages import ResultHint
from shared.metrics import timed
from shared.patience import Patience
from shared.records import Lane
from worker.delivery import Outcome
from worker.hint_publisher import HintPublisher
from worker.metrics import PHOTOS, STAGE

GATHER_S = 0.1  # a transaction, and what readers do about its hint, cost the same for one answer and for ten


class Committer:
    """Takes outcomes from any number of batches and commits all that wait in one transaction.

    Bulk ones wait for each other until `enough` are there, which must be fewer than the prefetch.
    """

    def __init__(self, pool: Pool, hints: HintPublisher, enough: int) -> None:
        self._enough = enough
        self._pool = pool
        self._hints = hints
        self._waiting: list[Outcome] = []
        self._arrived = asyncio.Event()
        self._log = structlog.get_logger().bind(service="committer")

    def put(self, outcomes: list[Outcome]) -> None:
        self._waiting.extend(_still_ours(outcomes))
        self._arrived.set()

    def forget_lost(self) -> None:
        self._waiting = _still_ours(self._waiting)

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._gather()
            outcomes, self._waiting = self._waiting, []
            for group in _by_model(outcomes):
                await self._finish(group)

    async def _gather(self) -> None:
        try:
            async with asyncio.timeout(GATHER_S):
                while not self._urgent():
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            pass
        self._arrived.clear()

    def _urgent(self) -> bool:
        waiting = self._waiting
        return len(waiting) >= self._enough or any(one.delivery.lane is Lane.INTERACTIVE for one in waiting)

    async def _finish(self, outcomes: list[Outcome]) -> None:
        with timed(STAGE.labels("commit")):
            hints = await self._commit(outcomes)
        await self._hints.publish(hints)
        await asyncio.gather(*(self._acknowledge(outcome) for outcome in _still_ours(outcomes)))

    async def _commit(self, outcomes: list[Outcome]) -> list[ResultHint]:
        """Hold on while Postgres is away; a commit, a refusal or a lost session ends the wait."""
        patience = Patience()
        while outcomes:
            try:
                answers = [outcome.answer for outcome in outcomes]
                return await record_answers(self._pool, answers, outcomes[0].model_id)
            except LedgerAway as error:
                self._log.warning("ledger away, holding", photos=len(outcomes), error=repr(error))
            except LedgerRefused as error:
                return await self._commit_one_by_one(outcomes, error)
            await patience.pause()
            outcomes = _still_ours(outcomes)
        return []

    async def _commit_one_by_one(self, outcomes: list[Outcome], error: LedgerRefused) -> list[ResultHint]:
        """The ledger refuses one of these answers; find it, so that it harms only itself."""
        if len(outcomes) > 1:
            return [hint for outcome in outcomes for hint in await self._commit([outcome])]
        self._log.error(
            "the ledger refuses an answer", photo=str(outcomes[0].answer.photo_id), error=repr(error)
        )
        if outcomes[0].answer.error_code == Code.INTERNAL:
            raise error
        return await self._commit(
            [outcomes[0].delivery.failed(Code.INTERNAL, "the answer could not be stored")]
        )

    async def _acknowledge(self, outcome: Outcome) -> None:
        PHOTOS.labels(outcome.delivery.lane, outcome.answer.error_code or "done").inc()
        try:
            await outcome.delivery.message.ack()
        except SessionLost:
            # The session is lost, so the photo comes again; its answer is committed and stays as it is.
            self._log.debug("not acknowledged", photo=str(outcome.answer.photo_id))
        finally:
            outcome.delivery.in_hand.leave()


def _still_ours(outcomes: list[Outcome]) -> list[Outcome]:
    """Without those of lost sessions, which are delivered and answered again."""
    return [outcome for outcome in outcomes if not outcome.delivery.in_hand.is_lost]


def _by_model(outcomes: list[Outcome]) -> list[list[Outcome]]:
    """One group a model: failures, which name none, go with the first."""
    groups: dict[object, list[Outcome]] = {}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.model_id is None):
        home = outcome.model_id if outcome.model_id is not None else next(iter(groups), None)
        groups.setdefault(home, []).append(outcome)
    return list(groups.values())
