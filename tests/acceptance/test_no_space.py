"""A disk that runs full under a running system: everybody is told, nothing waits in vain, deleting helps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from scripts.embedded.servers.choice import Servers
from shared.ledger.database import open_pool
from shared.ledger.keys import create_key
from shared.objects import open_object_store
from shared.records import object_key
from tests.support.command import Birds
from tests.support.http import Http, signed_in
from tests.support.ledger import eventually
from tests.support.pictures import a_photo, photos
from tests.support.processes import Running, System, system
from tests.support.space import broker_alarm, fill, small_disk, tables_on
from tests.support.stack import private_stack

LEAST = 16_000_000


@asynccontextmanager
async def watched(servers: Servers, tmp_path: Path, disk: Path) -> AsyncIterator[System]:
    env = {"BIRDS_ENGINE": "null", "BIRDS_DATA_FOLDER": str(disk), "BIRDS_DISK_FREE_BYTES": str(LEAST)}
    async with private_stack(servers) as stack, system(stack, tmp_path, **env) as running:
        yield running


async def readiness(process: Running) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{process.url}/readyz") as response:
        return response.status, await response.json(content_type=None)


async def refused(http: Http, batch: str) -> None:
    """By every way in, before anything is taken."""
    one = [("a.jpg", a_photo(1))]
    stated = {"files": [{"name": "a.jpg", "size": 5, "sha256": "00" * 32}]}
    for answer in (
        await http.send(batch, one),
        await http.call("POST", f"/v1/batches/{batch}/uploads", json=stated),
        await http.call("POST", "/v1/classify", data=a_photo(1)),
    ):
        assert (answer.status, answer.code) == (503, "no-space")
        assert int(answer.headers["Retry-After"]) > 0


async def test_a_disk_that_is_full_is_told_everywhere(servers: Servers, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk:
        async with (
            watched(servers, tmp_path, disk) as running,
            signed_in(running.url, key := await running.key("alice")) as http,
        ):
            batch = await http.batch()
            assert (await http.send(batch, photos(3))).status == 202
            filler = fill(disk, leave=1_000_000)
            status, told = await readiness(running.apis[0])
            assert (status, told["code"], told["disk"], told["postgres"]) == (503, "no-space", False, True)
            assert told["reasons"].keys() == {"disk"}
            assert "MB are free" in told["detail"]
            await refused(http, batch)
            assert (await http.call("GET", "/")).status == 200
            assert (await http.call("GET", f"/v1/batches/{batch}")).status == 200
            (tmp_path / "card").mkdir()
            (tmp_path / "card" / "a.jpg").write_bytes(a_photo(2))
            birds = Birds(tmp_path, BIRDS_URL=running.url, BIRDS_KEY=key)
            process = await birds.start("classify", tmp_path / "card")
            await said(process, b"waiting: The disk takes nothing more")
            filler.unlink()
            assert (await birds.end(process)).status == 0
            assert (await readiness(running.apis[0]))[0] == 200
            assert (await http.call("DELETE", f"/v1/batches/{batch}")).status == 204


async def test_an_alarm_of_the_broker_is_told_and_ends(servers: Servers, tmp_path: Path) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, BIRDS_ENGINE="null") as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        batch = await http.batch()
        assert (await http.send(batch, photos(3))).status == 202
        async with broker_alarm():
            for process in (running.apis[0], running.workers[0]):

                async def is_told(process: Running = process) -> bool:
                    status, told = await readiness(process)
                    return status == 503 and "low on memory or disk" in told["reasons"]["rabbitmq"]

                await eventually(is_told)
            await refused(http, batch)
        for process in (running.apis[0], running.workers[0]):

            async def is_well(process: Running = process) -> bool:
                return (await readiness(process))[0] == 200

            await eventually(is_well)
        assert (await http.send(batch, photos(6))).status == 202
        await http.close(batch)
        assert len(await http.finished(batch)) == 6


async def test_photos_that_no_worker_takes_are_explained(servers: Servers, tmp_path: Path) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, workers=0, BIRDS_ENGINE="null") as running,
        signed_in(running.url, key := await running.key("alice")) as http,
    ):
        (tmp_path / "card").mkdir()
        (tmp_path / "card" / "a.jpg").write_bytes(a_photo(1))
        birds = Birds(tmp_path, BIRDS_URL=running.url, BIRDS_KEY=key)
        processes = [await birds.start(command, tmp_path / "card") for command in ("classify", "watch")]
        for process in processes:
            await said(process, b"waiting: No worker is running")
        for batch in (await http.call("GET", "/v1/batches")).body["batches"]:
            assert batch["waiting_for"].startswith("No worker is running")
        empty = await http.batch()
        assert (await http.call("GET", f"/v1/batches/{empty}")).body["waiting_for"] is None
        await running.add_worker(BIRDS_ENGINE="null")
        assert (await birds.end(processes[0])).status == 0
        processes[1].terminate()
        await processes[1].wait()


async def said(process: asyncio.subprocess.Process, words: bytes) -> None:
    """Wait for a line with them on standard error."""
    assert process.stderr is not None
    line = b""
    async with asyncio.timeout(60):
        while words not in line:
            line = await process.stderr.readline()
            assert line, "it ended without a word"


async def test_deleting_makes_room_on_a_full_disk(servers: Servers, tmp_path: Path) -> None:
    """The ledger's tables lie on a disk on which nothing can be written any more."""
    with small_disk(tmp_path / "disk", 40) as disk:
        async with (
            private_stack(servers) as stack,
            tables_on(disk, stack) as url,
            system(stack, tmp_path, workers=0, BIRDS_POSTGRES_URL=url) as running,
            open_pool(url, 2) as pool,
            open_object_store(stack.settings) as objects,
            signed_in(running.url, (await create_key(pool, "alice")).secret) as http,
        ):
            batch = await http.batch()
            assert (await http.send(batch, photos(60))).status == 202
            keys = [object_key(row["id"]) for row in await pool.fetch("select id from blobs")]
            assert await objects.size(keys[0])
            filler = fill(disk)
            status, told = await readiness(running.apis[0])
            assert (status, told["postgres"]) == (503, False)
            assert "full" in told["reasons"]["postgres"]
            assert (await http.call("GET", f"/v1/batches/{batch}")).status == 200
            assert (await http.call("DELETE", f"/v1/batches/{batch}")).status in (204, 503)
            assert [key for key in keys if await objects.size(key) is not None] == []
            filler.unlink()
            assert (await http.call("DELETE", f"/v1/batches/{batch}")).status in (204, 404)

            async def is_clean() -> bool:
                return await pool.fetchval("select count(*) from blobs") == 0

            await eventually(is_clean, timeout_s=30)


async def test_an_api_whose_log_can_not_be_written_answers(servers: Servers, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        async with private_stack(servers) as stack, system(stack, disk, workers=0) as running:
            fill(disk)
            async with signed_in(running.url, await running.key("alice")) as http:
                for _ in range(50):
                    assert (await http.call("GET", "/static/icon.svg")).status == 200
                batch = await http.batch()
                assert (await http.send(batch, photos(2))).status == 202
                assert (await http.call("DELETE", f"/v1/batches/{batch}")).status == 204
                lost = (await http.call("GET", "/metrics")).body.decode()
            assert "birds_log_lines_lost_total 0.0" not in lost
