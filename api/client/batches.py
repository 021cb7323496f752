"""A batch from its opening to its end."""

from collections.abc import AsyncIterator
from typing import TypedDict, Unpack
from uuid import uuid4

from api.client.records import BatchDocument, Lane
from api.client.transport import Transport

BATCHES_A_PAGE = 100


class SaidOfBatch(TypedDict, total=False):
    """What a caller calls a batch and says of it, and in how many seconds it is to be deleted."""

    client_id: str | None
    metadata: dict[str, str | None] | None
    expires_in_s: int | None


class BatchCalls:
    """The client's calls that make batches, find them and end them."""

    _transport: Transport

    async def create_batch(
        self,
        name: str | None = None,
        *,
        lane: Lane | None = None,
        top_k: int | None = None,
        **said: Unpack[SaidOfBatch],
    ) -> BatchDocument:
        """A new, open batch; what is None takes the server's default."""
        wanted = {"name": name, "lane": lane, "top_k": top_k, **said}
        body = {field: value for field, value in wanted.items() if value is not None}
        headers = {"Idempotency-Key": uuid4().hex}  # asked again after a lost answer, it is the same batch
        batch: BatchDocument = await self._transport.json("POST", "v1/batches", json=body, headers=headers)
        return batch

    async def change_batch(self, batch_id: str, **said: Unpack[SaidOfBatch]) -> BatchDocument:
        """What is left out stays, None removes; of the metadata the keys that are named change."""
        batch: BatchDocument = await self._transport.json("PATCH", f"v1/batches/{batch_id}", json=dict(said))
        return batch

    async def batch(self, batch_id: str) -> BatchDocument:
        batch: BatchDocument = await self._transport.json("GET", f"v1/batches/{batch_id}")
        return batch

    async def batches(
        self, *, before: str | None = None, client_id: str | None = None
    ) -> AsyncIterator[BatchDocument]:
        """All batches of this key's owner, newest first, fetched as they are asked for; from `before`, which
        need be no batch's ID, only those with a lower ID; with a `client_id`, only those of it."""
        wanted = {"limit": str(BATCHES_A_PAGE), "cursor": before, "client_id": client_id}
        params = {name: value for name, value in wanted.items() if value}
        while True:
            page = await self._transport.json("GET", "v1/batches", params=params)
            for batch in page["batches"]:
                yield batch
            if not page.get("next_cursor"):
                return
            params["cursor"] = page["next_cursor"]

    async def close(self, batch_id: str) -> None:
        """No more photos; the batch is finished once all are answered."""
        await self._transport.json("POST", f"v1/batches/{batch_id}/close")

    async def retry(self, batch_id: str) -> BatchDocument:
        """Queue the failed photos again whose failure may pass."""
        batch: BatchDocument = await self._transport.json("POST", f"v1/batches/{batch_id}/retry")
        return batch

    async def cancel(self, batch_id: str) -> BatchDocument:
        """No more photos, and those without an answer fail as `cancelled`; of many, beside requests."""
        batch: BatchDocument = await self._transport.json("POST", f"v1/batches/{batch_id}/cancel")
        return batch

    async def delete(self, batch_id: str) -> None:
        """The batch, its photos and their bytes."""
        await self._transport.json("DELETE", f"v1/batches/{batch_id}")
