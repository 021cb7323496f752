"""The model that serves now, and its replacement between two batches (hot swap) when another is promoted."""

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from shared.errors import Away, BirdsError
from shared.ledger.database import Pool
from shared.ledger.models import (
    active_source,
    good_source,
    note_failure,
    note_good,
    note_loading,
    promote_first,
)
from shared.patience import Patience
from shared.records import ModelId
from shared.scoring.scorer import Scorer
from shared.vision.bundle import SecondLook
from shared.vision.preprocess import Preprocessing
from shared.vision.refs import DEFAULT_MODEL
from worker.engines.engine import Engine
from worker.metrics import MODEL

REASON_LENGTH = 500  # characters of an error that was not made for people
RETRY_S = (5.0, 60.0)  # a model that can't be loaded now: its hub or registry may be back in a minute


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ServingModel:
    """A model loaded and warm; photos prepared for it stay with it when another takes over."""

    id: str  # name@version
    model_id: ModelId
    spec: Preprocessing
    engine: Engine
    scorer: Scorer
    second_look: SecondLook | None = None


def reason_of(error: Exception) -> str:
    """In one line: models' runtimes write pages."""
    if isinstance(error, BirdsError):
        return error.detail
    first, *_ = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {first[:REASON_LENGTH]}"


Load = Callable[[str], Awaitable[ServingModel]]


class ModelSlot:
    """Holds the serving model; `follow` keeps it the promoted one."""

    def __init__(self, pool: Pool, load: Load, poll_s: float) -> None:
        self._pool = pool
        self._load = load
        self._poll_s = poll_s
        self._source: str | None = None
        self._current: ServingModel | None = None
        self._log = structlog.get_logger().bind(service="model")

    @property
    def current(self) -> ServingModel:
        if self._current is None:
            raise RuntimeError("no model is loaded yet; fill the slot before consuming")
        return self._current

    async def fill(self, configured: str | None) -> None:
        """Load the promoted model, or the last good one where that can't be loaded; raises why not even that.

        `configured`, or else DEFAULT_MODEL, is promoted where none ever was.
        """
        await promote_first(self._pool, configured or DEFAULT_MODEL)
        promoted = await active_source(self._pool)
        assert promoted is not None
        if configured not in (None, promoted):
            self._log.warning("another model was promoted than is configured", model=promoted)
        try:
            await self._serve(promoted)
        except Exception as error:
            await self._tell(promoted, error)
            good = await good_source(self._pool)
            if good in (None, promoted):
                raise
            await self._serve(good)

    async def follow(self) -> None:
        """Switch whenever another model is promoted; the old one serves until the new one is warm."""
        away, broken = Patience(), Patience(*RETRY_S)
        while True:
            await asyncio.sleep(self._poll_s)
            source = self._source
            try:
                source = await active_source(self._pool)
                if source is not None and source != self._source:
                    await self._serve(source)
            except Away as error:
                self._log.warning("promoted model not looked at", error=error.detail)
                await away.pause()
            except Exception as error:  # whatever is wrong with a model, there is one that serves
                await self._tell(source, error)
                await broken.pause()
            else:
                away.reset()
                broken.reset()

    async def _tell(self, source: str | None, error: Exception) -> None:
        """To the log, and to whoever promoted it."""
        self._log.error("promoted model can't be loaded", model=source, exc_info=error)
        if source is not None:
            try:
                await note_failure(self._pool, source, reason_of(error))
            except Away:
                pass  # it is tried again, and told again

    async def _serve(self, source: str) -> None:
        await note_loading(self._pool, source)
        model = await self._load(source)
        await note_good(self._pool, source)
        # Photos prepared for it may be on their way still; with the last of them its engine goes.
        weakref.finalize(model, model.engine.close).atexit = False
        self._source, self._current = source, model
        MODEL.clear()
        MODEL.labels(model.id).set(1)
        self._log.info("serving", model=model.id, source=source, engine=model.engine.description)
