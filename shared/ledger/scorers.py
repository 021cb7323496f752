"""Scorers of the models that answered, by what the ledger has of them."""

import asyncio
from typing import Any

from shared.errors import BirdsError
from shared.ledger.database import Pool
from shared.ledger.models import get_model
from shared.records import ModelId
from shared.scoring.scorer import Scorer
from shared.vision.bundle import recorded_bundle


async def scorer_of(pool: Pool, model_id: ModelId) -> Scorer | None:
    """None where another version of Birds wrote its bundle, and this one can't read it."""
    model: Any = await get_model(pool, model_id)
    if model is None:
        return None
    try:
        bundle = recorded_bundle(model.bundle, model.source)
    except BirdsError:
        return None
    return await asyncio.to_thread(Scorer, bundle)
