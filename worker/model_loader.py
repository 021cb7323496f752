"""From a model's reference to a warm engine that is entered in the ledger."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from shared.ledger.database import Pool
from shared.ledger.models import register_model
from shared.objects import ObjectStore
from shared.vision.answers import Answerer
from shared.vision.bundle import read_bundle
from shared.vision.refs import parse_ref
from shared.vision.sources.resolve import bundle_folder
from worker.engines.engine import Engine
from worker.model_slot import ServingModel

BuildEngine = Callable[[Path], Engine]
"""Of the bundle in a folder."""


class ModelLoader:
    """Loading takes seconds and runs in a thread, while another model may be serving."""

    def __init__(self, pool: Pool, objects: ObjectStore, cache: Path, build: BuildEngine) -> None:
        self._pool = pool
        self._objects = objects
        self._cache = cache
        self._build = build

    async def load(self, source: str) -> ServingModel:
        """Raises `no-model` or `invalid-request` with what is wrong with `source`; a bad model may raise
        anything else, too, since its runtime does."""
        folder = await bundle_folder(parse_ref(source), self._cache, self._objects)
        bundle = read_bundle(folder)
        engine = await asyncio.to_thread(self._build, folder)
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
        except BaseException:
            engine.close()
            raise
        return ServingModel(
            bundle.id, model_id, bundle.input.preprocessing, engine, Answerer(bundle), bundle.second_look
        )
