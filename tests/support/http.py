"""The HTTP interface as a bare client sees it."""

import hashlib
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any
    body: Any

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self
        return str(self.body["code"])


@dataclass(frozen=True)
class Http:
    """Calls as one owner."""

    session: aiohttp.ClientSession
    url: str

    async def call(self, method: str, path: str, **options: Any) -> Reply:
        async with self.session.request(method, self.url + path, **options) as response:
            is_json = response.content_type in ("application/json", "application/problem+json")
            body = await (response.json(content_type=None) if is_json else response.read())
            return Reply(response.status, response.headers.copy(), body)

    async def batch(self, **fields: Any) -> str:
        answer = await self.call("POST", "/v1/batches", json=fields)
        assert answer.status == 201, answer
        return str(answer.body["id"])

    async def send(self, batch_id: str, files: Iterable[tuple[str, bytes]]) -> Reply:
        """Multipart, one part a file."""
        form = aiohttp.FormData(quote_fields=False)
        for name, data in files:
            form.add_field("photo", io.BytesIO(data), filename=name, content_type="application/octet-stream")
        return await self.call("POST", f"/v1/batches/{batch_id}/photos", data=form)

    async def close(self, batch_id: str) -> None:
        answer = await self.call("POST", f"/v1/batches/{batch_id}/close")
        assert answer.status < 300, answer

    async def finished(self, batch_id: str, timeout_s: float = 60) -> list[dict[str, Any]]:
        """All results of a closed batch, once it is finished."""
        results: list[dict[str, Any]] = []
        while True:
            after = results[-1]["seq"] if results else 0
            path = f"/v1/batches/{batch_id}/results?after={after}&limit=500&wait=30"
            page = (await self.call("GET", path, timeout=aiohttp.ClientTimeout(timeout_s))).body
            results += page["results"]
            if page["state"] == "finished" and len(page["results"]) < 500 and results_end(results, page):
                return results

    async def announce(self, batch_id: str, files: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
        stated = [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files
        ]
        answer = await self.call("POST", f"/v1/batches/{batch_id}/uploads", json={"files": stated})
        assert answer.status == 201, answer
        return list(answer.body["files"])

    async def put(self, place: dict[str, Any], data: bytes) -> int:
        """A presigned upload, as any client that knows no S3 would make it."""
        async with (
            aiohttp.ClientSession() as bare,
            bare.request(place["method"], place["url"], headers=place["headers"], data=data) as response,
        ):
            return response.status

    async def complete(self, batch_id: str, photo_ids: Sequence[str]) -> Reply:
        path = f"/v1/batches/{batch_id}/uploads/complete"
        return await self.call("POST", path, json={"photo_ids": list(photo_ids)})


def results_end(results: Sequence[dict[str, Any]], page: dict[str, Any]) -> bool:
    """Whether the page was the feed's last."""
    return (results[-1]["seq"] if results else 0) >= page["last_seq"]


@asynccontextmanager
async def signed_in(url: str, key: str) -> AsyncIterator[Http]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        yield Http(session, url)
