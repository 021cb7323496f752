"""The photos of one request on their way into a batch, stored in micro-batches while the next come."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from api import metrics
from api.intake.files import LeftOutEntry, Received, ReceivedPhoto, Refused
from api.intake.storing import Charge, Store
from api.settings import ApiSettings
from shared.errors import BirdsError, Code
from shared.ledger.intake import Accepted
from shared.photo.sniff import is_raw_name
from shared.records import BatchId, OwnerId

GROUPS_IN_FLIGHT = 2  # one is stored while another is recorded; more would only hold memory

Outcome = Accepted | Refused | LeftOutEntry


class Arrivals:
    """Use as `async with`: leaving it waits until every photo is recorded, also when the body broke off.

    Raises what keeps photos from being recorded at all (`unavailable`, `not-found`); those recorded stay.
    """

    def __init__(
        self, store: Store, settings: ApiSettings, owner: OwnerId, batch_id: BatchId, charge: Charge
    ) -> None:
        self._charge = charge
        self._store = store
        self._settings = settings
        self._owner = owner
        self._batch_id = batch_id
        self._outcomes: list[Outcome | None] = []  # in the order sent; None while undecided
        self._group: list[tuple[int, ReceivedPhoto]] = []
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._storing: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, asyncio.CancelledError):
            for task in self._storing:
                task.cancel()
        if isinstance(error, asyncio.CancelledError) or self._failure is not None:
            self._drop_group()
        self.flush()
        await asyncio.gather(*self._storing, return_exceptions=True)
        if not isinstance(error, asyncio.CancelledError):  # a body that breaks off is sent again, or is not
            most = self._settings.refused_max
            others: list[Refused | LeftOutEntry] = [*self.refused, *self.left_out]
            await self._store.refuse(self._owner, self._batch_id, others, most=most)
        if error is None:
            self._check()

    async def take(self, file: Received) -> None:
        """Photos are stored sooner or later; returns when there is room for the next one."""
        if len(self._outcomes) >= self._settings.max_request_files:
            if isinstance(file, ReceivedPhoto):
                file.share.release()
            raise BirdsError(
                Code.TOO_LARGE, f"Over {self._settings.max_request_files:,} files in one request."
            )
        place = len(self._outcomes)
        if isinstance(file, LeftOutEntry):
            self._outcomes.append(file)
            return
        if isinstance(file, Refused):
            self._outcomes.append(_counted(file))
            return
        self._outcomes.append(None)
        self._add(place, file)
        if len(self._group) >= self._settings.group_photos or self._bytes >= self._settings.group_bytes:
            self.flush(hold_raw=True)
        while len(self._storing) >= GROUPS_IN_FLIGHT:
            await asyncio.wait(self._storing, return_when=asyncio.FIRST_COMPLETED)
        self._check()

    def flush(self, *, hold_raw: bool = False) -> None:
        """Begin to store what has come so far; with `hold_raw` not a raw file at its end.

        The next file may be its picture, and stored together they are known for one photo.
        """
        group = self._taken_group()
        if hold_raw and is_raw_name(group[-1][1].name):
            self._add(*group.pop())
        if group:
            task = asyncio.create_task(self._store_group(group), name=f"store photos of {self._batch_id}")
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)

    @property
    def accepted(self) -> list[Accepted]:
        """In the order sent, as `refused` and `left_out`; to be asked after leaving."""
        return [outcome for outcome in self._outcomes if isinstance(outcome, Accepted)]

    @property
    def refused(self) -> list[Refused]:
        return [outcome for outcome in self._outcomes if isinstance(outcome, Refused)]

    @property
    def left_out(self) -> list[LeftOutEntry]:
        return [outcome for outcome in self._outcomes if isinstance(outcome, LeftOutEntry)]

    def _add(self, place: int, photo: ReceivedPhoto) -> None:
        if not self._group:
            self._timer = asyncio.get_running_loop().call_later(self._settings.group_age_s, self._age)
        self._group.append((place, photo))
        self._bytes += len(photo.data)

    def _age(self) -> None:
        """What has come has waited long enough, but for a raw file whose picture may be on its way."""
        self.flush(hold_raw=True)

    def _taken_group(self) -> list[tuple[int, ReceivedPhoto]]:
        if self._timer is not None:
            self._timer.cancel()
        group, self._group, self._bytes, self._timer = self._group, [], 0, None
        return group

    def _drop_group(self) -> None:
        for _, photo in self._taken_group():
            photo.share.release()

    async def _store_group(self, group: list[tuple[int, ReceivedPhoto]]) -> None:
        photos = [photo for _, photo in group]
        try:
            outcomes = await self._outcomes_of(photos)
        except Exception as error:  # raised to whoever brings us the next photo, see _check
            self._failure = self._failure or error
        else:
            for (place, _), outcome in zip(group, outcomes, strict=True):
                self._outcomes[place] = outcome
        finally:
            for photo in photos:
                photo.share.release()

    async def _outcomes_of(self, photos: list[ReceivedPhoto]) -> Sequence[Outcome]:
        await self._charge(len(photos), sum(len(photo.data) for photo in photos))
        try:
            accepted = await self._store.accept(self._owner, self._batch_id, photos)
        except BirdsError as error:
            if error.code is not Code.BATCH_CLOSED:
                raise
            return [_counted(Refused(photo.name, error)) for photo in photos]
        metrics.PHOTOS_ACCEPTED.inc(sum(not one.duplicate for one in accepted))
        metrics.BYTES_RECEIVED.inc(sum(len(photo.data) for photo in photos))
        return accepted

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure


def _counted(file: Refused) -> Refused:
    metrics.PHOTOS_REJECTED.labels(file.problem.code).inc()
    return file
