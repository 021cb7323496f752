"""The files that a batch refused, or was told of, fetched as they are asked for."""

from collections.abc import AsyncIterator

from api.client.receipts import RefusedDocument
from api.client.transport import Transport

PAGE = 1000  # files a request


async def refused_files(transport: Transport, batch_id: str) -> AsyncIterator[RefusedDocument]:
    """In the order of time."""
    params = {"limit": str(PAGE)}
    while True:
        page = await transport.json("GET", f"v1/batches/{batch_id}/refused", params=params)
        for file in page["refused"]:
            yield file
        if not page["next_cursor"]:
            return
        params["cursor"] = page["next_cursor"]
