"""Calls about how a batch's answers are told, and which model gave them."""

from typing import Any, TypedDict

from api.client.records import BatchDocument, Rescored
from api.client.transport import Transport


class Accuracy(TypedDict):
    """Of a model, on the photos that people have named; with the 95 % interval."""

    model: str
    right: int
    share: float | None
    low: float | None
    high: float | None


class SaidDocument(TypedDict):
    """What a model said of a photo as it answered."""

    species: str
    scientific_name: str | None
    probability: float
    bird_probability: float | None


class DifferenceDocument(TypedDict):
    photo_id: str
    seq: int
    name: str
    label: str | None
    a: SaidDocument
    b: SaidDocument


class ComparisonDocument(TypedDict):
    """Two models' answers to the photos of a batch that both have answered."""

    photos: int
    same: int
    agreement: float | None
    reviewed: int
    a: Accuracy
    b: Accuracy
    differing: list[DifferenceDocument]
    next_after: int | None


class ScoringCalls:
    """`client.scoring`: what is told of photos, without and with a model looking at them again."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def rescore(self, batch_id: str, settings: dict[str, Any] | None = None) -> Rescored:
        """Tell its answers anew, of what the models said. `settings`: temperature, threshold, thresholds by
        species; what is left out stays as it was set, None: back to its default."""
        done: Rescored = await self._transport.json(
            "POST", f"v1/batches/{batch_id}/rescore", json=settings or {}
        )
        return done

    async def reanswer(self, batch_id: str, model: str | None = None) -> BatchDocument:
        """Have the active model answer what others answered; `model`: which one that is thought to be."""
        body = {} if model is None else {"model": model}
        batch: BatchDocument = await self._transport.json(
            "POST", f"v1/batches/{batch_id}/reanswer", json=body
        )
        return batch

    async def compare(
        self, batch_id: str, a: str, b: str, *, after: int = 0, limit: int = 100
    ) -> ComparisonDocument:
        """Two models' answers to one batch; `after`: of the photos in which they differ."""
        params = {"a": a, "b": b, "after": str(after), "limit": str(limit)}
        found: ComparisonDocument = await self._transport.json(
            "GET", f"v1/batches/{batch_id}/compare", params=params
        )
        return found
