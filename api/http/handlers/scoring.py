"""A batch's answers: how they are told, told anew, and given anew."""

import asyncio
from collections.abc import Collection
from typing import Any

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.batches import BatchDocument
from api.http.schemas.scoring import NewAnswers, NewScoring, Rescored, ScoringDocument
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger.batches import get_batch
from shared.ledger.keys import Access
from shared.ledger.models import active_model
from shared.ledger.reanswering import reanswer_batch
from shared.ledger.rescoring import rescore_batch
from shared.ledger.scorers import scorer_of
from shared.ledger.sightings import renew_sightings
from shared.records import BatchId, OwnerId
from shared.vision.bundle import recorded_bundle
from shared.vision.taxonomy import find, lookup_key

MAX_NAME = 100  # characters of a name that is told back


async def rescore(services: Services, owner: OwnerId, batch_id: BatchId, body: NewScoring) -> web.Response:
    changes = await settings_of(services, body)
    done = await rescore_batch(
        services.pool, owner, batch_id, changes, lambda model_id: scorer_of(services.pool, model_id)
    )
    await renew_sightings(services.pool, batch_id)
    services.sightings.wake()
    services.feed.announce(batch_id)
    batch = await get_batch(services.pool, owner, batch_id)
    return json_response(
        Rescored(
            batch_id=batch_id,
            photos=done.photos,
            changed=done.changed,
            without_reading=done.without_reading,
            scoring=ScoringDocument.of(batch.scoring),
        )
    )


async def reanswer(
    services: Services, access: Access, owner: OwnerId, batch_id: BatchId, body: NewAnswers
) -> web.Response:
    batch = await get_batch(services.pool, owner, batch_id)
    model = await active_model(services.pool)
    if model is None:
        raise BirdsError(Code.NO_MODEL, "No model is loaded yet; a worker does that when it starts.")
    active = f"{model.name}@{model.version}"
    if body.model not in (None, active, model.source):
        raise BirdsError(
            Code.MODEL_NOT_ACTIVE, f"Workers run {active}; to have {body.model} answer, promote it first."
        )
    await services.backlog.check(batch.lane)
    await services.limits.check_upload(access)
    await reanswer_batch(services.pool, owner, batch_id, model.id)
    services.relay.wake()
    services.feed.announce(batch_id)
    batch = await get_batch(services.pool, owner, batch_id)
    return json_response(BatchDocument.of(batch, services.relay.hindrance()))


async def settings_of(services: Services, body: NewScoring) -> dict[str, Any]:
    """What the ledger keeps of it. Raises `unknown-species`: a threshold of what nobody can name."""
    if body.thresholds:
        model = await active_model(services.pool)
        named = recorded_bundle(model.bundle, model.source).species if model else ()
        await asyncio.to_thread(_check_names, body.thresholds, named)
    return body.model_dump(exclude_unset=True)


def _check_names(names: Collection[str], named: Collection[str]) -> None:
    """Not on the event loop: the first of them reads the taxonomy."""
    of_model = set(map(lookup_key, named))
    for name in names:
        if lookup_key(name) not in of_model and find(name) is None:
            raise BirdsError(Code.UNKNOWN_SPECIES, f"There is no bird {name[:MAX_NAME]!r}.")
