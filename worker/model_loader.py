"""From a model's reference to a warm engine that is entered in the ledger."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from shared.ledger.database import Pool
from shared.ledger.models import note_engine, register_model
from shared.objects import ObjectStore
from shared.scoring.scorer import Scorer
from shared.vision.bundle import read_bundle
from shared.vision.refs import parse_ref
from shared.vision.sources.resolve import bundle_folder
from worker.engines.choose import Chosen
from worker.engines.engine import shape_of
from worker.engines.shape import Shape
from worker.model_slot import ServingModel

BuildEngine = Callable[[Path, Shape | None], Chosen]
"""Of the bundle in a folder, in that shape or the best one."""


class ModelLoader:
    """Loading takes seconds and runs in a thread, while another model may be serving."""

    def __init__(self, pool: Pool, objects: ObjectStore, cache: Path, build: BuildEngine) -> None:
        self._pool = pool
        self._objects = objects
        self._cache = cache
        self._build = build
        self._shape: Shape | None = None
        """That of the first engine: the worker is built around it."""

    async def load(self, source: str) -> ServingModel:
        """Raises `no-model` or `invalid-request` with what is wrong with `source`; a bad model may raise
        anything else, too, since its runtime does."""
        folder = await bundle_folder(parse_ref(source), self._cache, self._objects)
        bundle = read_bundle(folder)
        chosen = await asyncio.to_thread(self._build, folder, self._shape)
        engine = chosen.engine
        try:
            await asyncio.to_thread(engine.warm_up)
            model_id = await register_model(
                self._pool,
                name=bundle.name,
                version=bundle.version,
                digest=bundle.weights_sha256,
                source=source,
                bundle=bundle.model_dump(mode="json"),
            )
            await note_engine(
                self._pool,
                model_id,
                engine=f"{engine.description}, {shape_of(engine)} photos"
                + ", without embeddings" * (not engine.embeds),
                findings=chosen.findings.model_dump() if chosen.findings else None,
            )
        except BaseException:
            engine.close()
            raise
        self._shape = self._shape or shape_of(engine)
        return ServingModel(
            bundle.id, model_id, bundle.input.preprocessing, engine, Scorer(bundle), bundle.second_look
        )
