"""A model of three classes, and what it says of photos."""

import numpy as np

from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.ledger.models import register_model
from shared.photo.box import Box
from shared.records import Answer, BatchId, ModelId
from shared.scoring.reading import Reading, rounded
from shared.scoring.scorer import Scorer
from tests.support.models import bundle


async def a_loaded_model(pool: Pool, version: str = "1", **changes: object) -> tuple[ModelId, Scorer]:
    """As a worker registers it; `changes` are the bundle's."""
    own = bundle(version=version, **changes)
    model_id = await register_model(
        pool,
        name=own.name,
        version=version,
        digest=own.weights_sha256,
        source=own.id,
        bundle=own.model_dump(mode="json"),
    )
    return model_id, Scorer(own)


def a_reading(*looks: tuple[float, float, float], box: Box | None = None) -> Reading:
    """Of probabilities of a Blue Jay, a Mallard, a tree."""
    return Reading(rounded(np.log(looks)), np.full(256, 1 / 16, np.float16), box)


def a_read_answer(batch: BatchId, photo: Accepted, *looks: tuple[float, float, float]) -> Answer:
    return Answer(photo.photo_id, batch, reading=a_reading(*looks or ((0.9, 0.05, 0.05),)))
