"""Commits conclusions, then hints, then acknowledges: the order that loses nothing (group commit)."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from shared.broker.consumer import acknowledge
from shared.broker.hint_publisher import HintPublisher
from shared.errors import Code, LedgerAway, SessionLost
from shared.ledger.answers import record_answers
from shared.ledger.database import LedgerRefused, Pool
from shared.messages import ResultHint
from shared.metrics import timed
from shared.patience import Patience
from shared.range.judging import Judge
from shared.records import Lane
from worker.delivery import Conclusion
from worker.metrics import PHOTOS, STAGE

GATHER_S = 0.1  # a transaction, and what readers do about its hint, cost the same for one answer and for ten


class Committer:
    """Takes conclusions from any number of batches and commits all that wait in one transaction.

    Bulk ones wait for each other until `enough` are there, which must be fewer than the prefetch.
    """

    def __init__(
        self,
        pool: Pool,
        hints: HintPublisher,
        enough: int,
        judge: Judge | None = None,
        afterwards: Callable[[Sequence[Conclusion]], None] = lambda _: None,
    ) -> None:
        """`afterwards` is told what is committed and acknowledged; it returns at once."""
        self._enough = enough
        self._afterwards = afterwards
        self._pool = pool
        self._hints = hints
        self._judge = judge
        self._waiting: list[Conclusion] = []
        self._arrived = asyncio.Event()
        self._log = structlog.get_logger().bind(service="committer")

    def put(self, conclusions: list[Conclusion]) -> None:
        self._waiting.extend(_still_ours(conclusions))
        self._arrived.set()

    def forget_lost(self) -> None:
        self._waiting = _still_ours(self._waiting)

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._gather()
            conclusions, self._waiting = self._waiting, []
            for group in _by_model(conclusions):
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

    async def _finish(self, conclusions: list[Conclusion]) -> None:
        with timed(STAGE.labels("commit")):
            hints = await self._commit(conclusions)
        await self._hints.publish(hints)
        ours = _still_ours(conclusions)
        await self._acknowledge(ours)
        self._afterwards(ours)

    async def _commit(self, conclusions: list[Conclusion]) -> list[ResultHint]:
        """Hold on while Postgres is away; a commit, a refusal or a lost session ends the wait."""
        patience = Patience()
        while conclusions:
            try:
                answers = [conclusion.answer for conclusion in conclusions]
                model = conclusions[0].model
                if model is None:
                    return await record_answers(self._pool, answers, None)
                return await record_answers(self._pool, answers, model.model_id, model.scorer, self._judge)
            except LedgerAway as error:
                self._log.warning("ledger away, holding", photos=len(conclusions), error=repr(error))
            except LedgerRefused as error:
                return await self._commit_one_by_one(conclusions, error)
            await patience.pause()
            conclusions = _still_ours(conclusions)
        return []

    async def _commit_one_by_one(
        self, conclusions: list[Conclusion], error: LedgerRefused
    ) -> list[ResultHint]:
        """The ledger refuses one of these answers; find it, so that it harms only itself."""
        if len(conclusions) > 1:
            return [hint for conclusion in conclusions for hint in await self._commit([conclusion])]
        self._log.error(
            "the ledger refuses an answer", photo=str(conclusions[0].answer.photo_id), error=repr(error)
        )
        if conclusions[0].answer.error_code == Code.INTERNAL:
            raise error
        return await self._commit(
            [conclusions[0].delivery.failed(Code.INTERNAL, "The answer could not be stored.")]
        )

    async def _acknowledge(self, conclusions: list[Conclusion]) -> None:
        try:
            await acknowledge(conclusion.delivery.message for conclusion in conclusions)
        except SessionLost:
            # The session is lost, so its photos come again; their answers are committed and stay as they are.
            self._log.debug("not all acknowledged", photos=len(conclusions))
        for conclusion in conclusions:
            PHOTOS.labels(conclusion.delivery.lane, conclusion.answer.error_code or "done").inc()
            conclusion.delivery.in_hand.leave()


def _still_ours(conclusions: list[Conclusion]) -> list[Conclusion]:
    """Without those of lost sessions, which are delivered and answered again."""
    return [conclusion for conclusion in conclusions if not conclusion.delivery.in_hand.is_lost]


def _by_model(conclusions: list[Conclusion]) -> list[list[Conclusion]]:
    """One group a model: failures, which name none, go with the first."""
    groups: dict[object, list[Conclusion]] = {}
    for conclusion in sorted(conclusions, key=lambda conclusion: conclusion.model is None):
        home = conclusion.model if conclusion.model is not None else next(iter(groups), None)
        groups.setdefault(home, []).append(conclusion)
    return list(groups.values())
