"""Has the candidate that an operator has set answer every n-th photo, once its own answer is committed."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Final

import structlog

from shared.errors import Away, BirdsError, LedgerAway, StorageAway
from shared.ledger.database import LedgerRefused, Pool
from shared.ledger.shadow import (
    ShadowAnswer,
    ShadowCandidate,
    candidate,
    keep_answer,
    note_given_up,
    note_loaded,
)
from shared.lifecycle import first_of
from shared.messages import PhotoJob
from shared.objects import ObjectStore
from shared.patience import Patience
from shared.records import PhotoId
from worker.delivery import Conclusion
from worker.metrics import SHADOW, SHADOW_MODEL
from worker.model_slot import REASON_LENGTH, reason_of
from worker.shadow.process import CandidateBroken, CandidateProcess, Candidates

WAITING: Final = 10_000
"""Photos that wait for the candidate, 200 bytes each; those beyond are not shown to it."""


class Shadow:
    """A candidate that fails is given up in this worker until one is set anew; the worker goes on."""

    def __init__(
        self, pool: Pool, objects: ObjectStore, candidates: Candidates, *, poll_s: float, max_bytes: int
    ) -> None:
        """`max_bytes`: of a photo."""
        self._pool = pool
        self._objects = objects
        self._candidates = candidates
        self._poll_s = poll_s
        self._max_bytes = max_bytes
        self._every: int | None = None
        self._waiting: asyncio.Queue[PhotoJob] = asyncio.Queue(WAITING)
        self._given_up: ShadowCandidate | None = None
        self._log = structlog.get_logger().bind(service="shadow")

    def offer(self, conclusions: Sequence[Conclusion]) -> None:
        """Photos that are answered: those of them that are the candidate's wait for it."""
        for one in conclusions:
            if self._every is None or one.model is None or not is_nth(one.answer.photo_id, self._every):
                continue
            try:
                self._waiting.put_nowait(one.delivery.job)
            except asyncio.QueueFull:
                SHADOW.labels("skipped").inc()

    async def run(self) -> None:
        """Never ends, whatever becomes of candidates."""
        away = Patience()
        while True:
            try:
                wanted = await candidate(self._pool)
                if wanted is not None and not _same(wanted, self._given_up):
                    await self._follow(wanted)
                away.reset()
            except (
                Exception
            ) as error:  # the ledger is away, say; that is for others to wait for, or to die of
                self._log.warning("no candidate is looked for", exc_info=not isinstance(error, Away))
                await away.pause()
            await asyncio.sleep(self._poll_s)

    async def _follow(self, wanted: ShadowCandidate) -> None:
        """Until another one, or none, is wanted. Raises Away where it can't be loaded for that."""
        try:
            async with self._candidates.opened(wanted.source) as opened:
                self._every = wanted.every
                await note_loaded(self._pool, wanted.set_at, opened.model_id)
                SHADOW_MODEL.labels(opened.id).set(1)
                self._log.info("a candidate answers, too", model=opened.id, every=wanted.every)
                await first_of(self._until_another(wanted), self._answer(opened))
        except Away:
            raise
        except Exception as error:  # whatever is wrong with it, no photo needs it
            is_told = isinstance(error, CandidateBroken)
            reason = str(error)[:REASON_LENGTH] if is_told else reason_of(error)
            SHADOW.labels("failed").inc()
            self._log.error(
                "the candidate is given up", model=wanted.source, reason=reason, exc_info=not is_told
            )
            self._given_up = wanted
            await note_given_up(self._pool, wanted.set_at, reason)
        finally:
            self._every = None
            self._waiting = asyncio.Queue(WAITING)
            SHADOW_MODEL.clear()

    async def _until_another(self, wanted: ShadowCandidate) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            try:
                if not _same(await candidate(self._pool), wanted):
                    return
            except Away:
                pass  # then it is still wanted, as far as anybody knows

    async def _answer(self, opened: CandidateProcess) -> None:
        """One photo after the other. Raises what makes it useless."""
        while True:
            job = await self._waiting.get()
            try:
                said = await opened.answer(await self._fetch(job.key))
                await self._keep(PhotoId(job.photo_id), opened, said)
            except (BirdsError, LedgerRefused) as error:  # deleted meanwhile, say
                SHADOW.labels("skipped").inc()
                self._log.info("no answer of the candidate", photo=str(job.photo_id), reason=reason_of(error))
            else:
                SHADOW.labels("answered").inc()

    async def _fetch(self, key: str) -> bytes:
        patience = Patience()
        while True:
            try:
                return await self._objects.get(key, self._max_bytes)
            except StorageAway:
                await patience.pause()

    async def _keep(self, photo_id: PhotoId, opened: CandidateProcess, said: ShadowAnswer) -> None:
        patience = Patience()
        while True:
            try:
                await keep_answer(self._pool, photo_id, opened.model_id, said)
                return
            except LedgerAway:
                await patience.pause()


def is_nth(photo_id: PhotoId, every: int) -> bool:
    """Of one photo always the same, in whichever worker, however often it is delivered."""
    digest = hashlib.blake2b(photo_id.bytes, digest_size=8).digest()
    return int.from_bytes(digest) % every == 0


def _same(one: ShadowCandidate | None, other: ShadowCandidate | None) -> bool:
    """Whether both were set at the same time."""
    return (one and one.set_at) == (other and other.set_at)
