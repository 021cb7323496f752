"""Two models' answers to one batch, beside each other."""

from dataclasses import asdict

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.comparison import (
    Accuracy,
    CompareQuery,
    ComparisonDocument,
    DifferenceDocument,
    SaidDocument,
)
from api.services import Services
from shared.ledger import comparing
from shared.ledger.batches import get_batch
from shared.records import BatchId, OwnerId
from shared.scoring.truth import RightOf


async def compare(services: Services, owner: OwnerId, batch_id: BatchId, query: CompareQuery) -> web.Response:
    await get_batch(services.pool, owner, batch_id)
    a, b = [await comparing.find_model(services.pool, one) for one in (query.a, query.b)]
    found = await comparing.compare(services.pool, batch_id, a, b)
    # One more than asked for tells whether there is another page.
    differing = await comparing.differences(
        services.pool, batch_id, a, b, after=query.after, limit=query.limit + 1
    )
    page = differing[: query.limit]
    return json_response(
        ComparisonDocument(
            photos=found.both,
            same=found.same,
            agreement=RightOf(found.same, found.both).value,
            reviewed=found.right[0].of,
            a=_accuracy(query.a, found.right[0]),
            b=_accuracy(query.b, found.right[1]),
            differing=[_difference(one) for one in page],
            next_after=page[-1].seq if len(differing) > query.limit else None,
        )
    )


def _accuracy(model: str, right: RightOf) -> Accuracy:
    low, high = right.interval or (None, None)
    return Accuracy(model=model, right=right.right, share=right.value, low=low, high=high)


def _difference(one: comparing.Difference) -> DifferenceDocument:
    a, b = (SaidDocument(**asdict(said)) for said in one.said)
    return DifferenceDocument(photo_id=one.photo_id, seq=one.seq, name=one.name, label=one.label, a=a, b=b)
