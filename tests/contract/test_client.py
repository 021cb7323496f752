"""The client library, as a script would use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from api.client import BirdsApiError, BirdsClient, LocalFile, Patience, ServerUnreachableError
from api.client import files as files_module
from api.client.upload import GROUPS_AT_ONCE
from tests.support.pictures import a_photo
from tests.support.processes import System
from tests.support.proxy import proxied

PHOTOS = 40


@pytest.fixture
async def key(live: System, request: pytest.FixtureRequest) -> str:
    return await live.key(f"client {request.node.nodeid}")


@pytest.fixture
async def client(live: System, key: str) -> AsyncIterator[BirdsClient]:
    async with BirdsClient(live.url, key) as client:
        yield client


def put(folder: Path, count: int, first: int = 0) -> list[Path]:
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths, first):
        path.write_bytes(a_photo(number))
    return paths


async def test_photos_are_sent_and_their_results_followed(client: BirdsClient, tmp_path: Path) -> None:
    batch = await client.create_batch("card", top_k=3)
    outcomes = await client.upload(batch["id"], put(tmp_path, 3))
    assert [(outcome.sent, outcome.reason) for outcome in outcomes] == [(True, None)] * 3
    await client.close(batch["id"])
    results = [result async for result in client.results(batch["id"])]
    assert [result["seq"] for result in results] == [1, 2, 3]
    assert {result["photo_id"] for result in results} == {outcome.photo_id for outcome in outcomes}
    assert {len(result["predictions"]) for result in results} == {3}
    assert [result["seq"] async for result in client.results(batch["id"], after=2)] == [3]
    assert (await client.batch(batch["id"]))["state"] == "finished"
    await client.delete(batch["id"])
    with pytest.raises(BirdsApiError) as caught:
        await client.batch(batch["id"])
    assert (caught.value.code, caught.value.status) == ("not-found", 404)


async def test_a_file_that_is_gone_harms_only_itself(client: BirdsClient, tmp_path: Path) -> None:
    paths = put(tmp_path, 3, first=10)
    files = [LocalFile.found(path) for path in paths]
    paths[0].unlink()
    paths[1].write_bytes(a_photo(11, (200, 200)))
    batch = await client.create_batch()
    outcomes = {outcome.name: outcome for outcome in await client.upload(batch["id"], files)}
    assert outcomes["2.jpg"].reason is None
    assert [outcomes[name].reason for name in ("0.jpg", "1.jpg")] == [
        {"code": "unreadable", "detail": "No such file or directory"},
        {"code": "unreadable", "detail": "the file was changed while it was being sent"},
    ]
    assert (await client.batch(batch["id"]))["counts"]["accepted"] == 1


async def test_a_refused_file_among_others_of_its_name(client: BirdsClient, tmp_path: Path) -> None:
    good = put(tmp_path, 2, first=20)
    empty = tmp_path / "empty"
    empty.touch()
    files = [LocalFile.found(path, "same.jpg") for path in (good[0], empty, good[1])]
    batch = await client.create_batch()
    outcomes = await client.upload(batch["id"], files)
    assert sorted(outcome.reason["code"] if outcome.reason else "" for outcome in outcomes) == [
        "",
        "",
        "empty-file",
    ]


async def test_the_smallest_photos_are_asked_for_until_none_of_some_is_there(
    live: System, client: BirdsClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "GROUP_FILES", 2)
    files = put(tmp_path, 2 * (GROUPS_AT_ONCE + 2), first=30)
    batch = await client.create_batch()
    before = await announcements(live)
    first = await client.upload(batch["id"], files)
    assert await announcements(live) == before + GROUPS_AT_ONCE
    second = await client.upload(batch["id"], files)
    assert await announcements(live) == before + 2 * GROUPS_AT_ONCE + 2
    assert [outcome.sent for outcome in first + second] == [True] * len(files) + [False] * len(files)
    assert {outcome.sha256 for outcome in first} == {LocalFile.found(file).sha256() for file in files}
    assert (await client.batch(batch["id"]))["counts"]["accepted"] == len(files)


async def announcements(live: System) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{live.url}/metrics") as response:
        lines = (await response.text()).splitlines()
    counts = [
        line for line in lines if line.startswith("birds_api_request_seconds_count") and '/uploads"' in line
    ]
    return sum(int(float(line.split()[-1])) for line in counts)


async def test_where_websockets_are_blocked_results_are_polled(
    live: System, key: str, tmp_path: Path
) -> None:
    async with proxied(live.url, refuse=b"/events") as proxy, BirdsClient(proxy.url, key) as client:
        batch = await client.create_batch()
        await client.upload(batch["id"], put(tmp_path, PHOTOS, first=100))
        await client.close(batch["id"])
        seqs = [result["seq"] async for result in client.results(batch["id"])]
        assert seqs == list(range(1, PHOTOS + 1))
        assert proxy.refused == 1


async def test_lost_connections_cost_no_result_and_repeat_none(
    live: System, key: str, tmp_path: Path
) -> None:
    async with proxied(live.url) as proxy, BirdsClient(proxy.url, key) as client:
        batch = await client.create_batch()
        await client.upload(batch["id"], put(tmp_path, PHOTOS, first=200))
        await client.close(batch["id"])
        seqs = []
        async for result in client.results(batch["id"]):
            seqs.append(result["seq"])
            if len(seqs) % 10 == 0:
                proxy.cut()
        assert seqs == list(range(1, PHOTOS + 1))


async def test_one_photo_is_classified_at_once(client: BirdsClient) -> None:
    result = await client.classify(a_photo(300), name="feeder.jpg", top_k=2)
    assert (result["name"], result["state"], len(result["predictions"])) == ("feeder.jpg", "done", 2)
    species = (await client.species())["species"][0]["species"]
    await client.label(result["photo_id"], species)
    with pytest.raises(BirdsApiError, match="unsupported-type"):
        await client.classify(b"bird on the wire")


async def test_a_server_that_stays_away_is_given_up(key: str) -> None:
    patience = Patience(give_up_after_s=0.5, first_pause_s=0.05)
    async with BirdsClient("http://127.0.0.1:9", key, patience=patience) as client:
        with pytest.raises(ServerUnreachableError):
            await client.models()
