"""The model that serves now, and its replacement between two batches when another one is promoted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from shared.errors import Away, BirdsError
from shared.ledger.database import Pool
from shared.ledger.models import active_source, promote_first
from shared.patience import Patience
from shared.records import ModelId
from shared.vision.answers import Answerer
from shared.vision.preprocess import Preprocessing
from worker.engines.engine import Engine
from worker.metrics import MODEL

RETRY_S = (5.0, 60.0)  # a model that can't be loaded now: its hub or registry may be back in a minute


@dataclass(frozen=True, slots=True, eq=False)
class ServingModel:
    """A model loaded and warm; photos prepared for it stay with it when another takes over."""

    id: str  # name@version
    model_id: ModelId
    spec: Preprocessing
    engine: Engine
    answerer: Answerer


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

    async def fill(self, configured: str) -> None:
        """Load the promoted model; `configured` is promoted where none ever was. Raises `no-model`."""
        await promote_first(self._pool, configured)
        source = await active_source(self._pool)
        await self._serve(source or configured)

    async def follow(self) -> None:
        """Switch whenever another model is promoted; the old one serves until the new one is warm."""
        patience = Patience(*RETRY_S)
        while True:
            await asyncio.sleep(self._poll_s)
            try:
                source = await active_source(self._pool)
                if source is not None and source != self._source:
                    await self._serve(source)
                patience.reset()
            except Away as error:
                self._log.warning("promoted model not asked for", error=error.detail)
            except (
                BirdsError,
                RuntimeError,
            ) as error:  # torch reports a model that does not fit as RuntimeError
                self._log.error("promoted model can't be loaded, keeping the old one", error=str(error))
                await patience.pause()

    async def _serve(self, source: str) -> None:
        model = await self._load(source)
        self._source, self._current = source, model
        MODEL.clear()
        MODEL.labels(model.id).set(1)
        self._log.info("serving", model=model.id, source=source, engine=model.engine.description)
