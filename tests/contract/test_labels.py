"""Labels over HTTP: one photo's and many photos', undone, and in the feed beside the answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aio_pika
import aiohttp
import pytest

from shared.broker.hints import subscribe
from shared.broker.session import Session
from tests.support.http import Http
from tests.support.pictures import photos
from tests.support.processes import System

PHOTOS = 4


@pytest.fixture
async def batch(alice: Http) -> str:
    """A finished one."""
    batch = await alice.batch()
    await alice.send(batch, photos(PHOTOS, start=7700))
    await alice.close(batch)
    await alice.finished(batch)
    return batch


async def ids(http: Http, batch: str) -> list[str]:
    return [photo["photo_id"] for photo in await listed(http, batch)]


async def listed(http: Http, batch: str, query: str = "") -> list[dict[str, Any]]:
    answer = await http.call("GET", f"/v1/batches/{batch}/photos{query}")
    assert answer.status == 200, answer
    return list(answer.body["photos"])


async def label(http: Http, batch: str, **body: object) -> dict[str, Any]:
    answer = await http.call("POST", f"/v1/batches/{batch}/labels", json=body)
    assert answer.status == 200, answer
    return dict(answer.body)


async def undo(http: Http, batch: str, **body: object) -> dict[str, Any]:
    answer = await http.call("POST", f"/v1/batches/{batch}/labels/undo", json=body)
    assert answer.status == 200, answer
    return dict(answer.body)


async def test_a_photo_is_any_taxon_by_any_of_its_names(alice: Http, batch: str) -> None:
    photo = (await ids(alice, batch))[0]
    answer = await alice.call(
        "PUT", f"/v1/photos/{photo}/label", json={"species": "gbhe", "note": "in flight", "count": 3}
    )
    assert {name: answer.body[name] for name in ("species", "scientific_name", "rank")} == {
        "species": "Great Blue Heron",
        "scientific_name": "Ardea herodias",
        "rank": "species",
    }
    shown = (await alice.call("GET", f"/v1/photos/{photo}")).body
    assert (shown["corrected_species"], shown["reviewed"]) == ("Great Blue Heron", True)
    assert (shown["label_note"], shown["label_count"]) == ("in flight", 3)
    assert shown["label_by"].startswith("alice")
    assert (shown["final"]["name"], shown["final"]["by"]) == ("Great Blue Heron", "person")
    await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": "Ardea"})
    await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": None})
    history = (await alice.call("GET", f"/v1/photos/{photo}/labels")).body["labels"]
    assert [(one["species"], one["rank"]) for one in history] == [
        ("Great Blue Heron", "species"),
        ("Ardea", "genus"),
        (None, None),
    ]
    assert [one["shown"]["name"] for one in history[1:]] == ["Great Blue Heron", "Ardea"]
    unknown = await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": "grate blue herron"})
    assert (unknown.status, unknown.code) == (422, "unknown-species")
    assert "Great Blue Heron" in unknown.body["detail"]


async def test_many_are_labelled_by_a_query_and_that_is_undone(alice: Http, batch: str) -> None:
    some = await ids(alice, batch)
    first = await label(alice, batch, photo_ids=some[:1], species="not a bird")
    assert (first["labelled"], first["complete"]) == (1, True)
    act = await label(alice, batch, query={"reviewed": False}, species="mallard", note="a flock", count=12)
    assert (act["labelled"], act["left_alone"]) == (PHOTOS - 1, 0)
    assert [one["photo_id"] for one in await listed(alice, batch, "?species=MALLARD&rank=species")] == some[
        1:
    ]
    assert await listed(alice, batch, "?reviewed=false") == []
    undone = await undo(alice, batch)
    assert (undone["undoes"], undone["labelled"], undone["left_alone"]) == (act["act_id"], PHOTOS - 1, 0)
    assert len(await listed(alice, batch, "?reviewed=false")) == PHOTOS - 1
    redone = await undo(alice, batch, act_id=undone["act_id"])
    assert redone["labelled"] == PHOTOS - 1
    assert {one["label_note"] for one in await listed(alice, batch, "?species=mall")} == {"a flock"}


async def test_accepting_keeps_each_photos_own_name_and_asking_again_changes_nothing(
    alice: Http, batch: str
) -> None:
    before = {one["photo_id"]: one["final"] for one in await listed(alice, batch)}
    act_id = str(uuid4())
    receipts = [
        await label(alice, batch, query={"min_probability": 0}, accept=True, act_id=act_id) for _ in range(2)
    ]
    assert receipts[0] == receipts[1]
    after = {one["photo_id"]: one["final"] for one in await listed(alice, batch, "?reviewed=true")}
    assert {photo: final["name"] for photo, final in after.items()} == {
        photo: final["name"] for photo, final in before.items() if photo in after
    }
    assert {final["by"] for final in after.values()} <= {"person"}
    assert receipts[0]["labelled"] == len(after)


async def test_photos_are_listed_a_page_at_a_time(alice: Http, batch: str) -> None:
    first = (await alice.call("GET", f"/v1/batches/{batch}/photos?limit=3")).body
    rest = (await alice.call("GET", f"/v1/batches/{batch}/photos?limit=3&cursor={first['next_cursor']}")).body
    assert [one["seq"] for one in (*first["photos"], *rest["photos"])] == [1, 2, 3, 4]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"species": "Mallard"},
        {"photo_ids": [], "species": "Mallard"},
        {"query": {}, "photo_ids": [str(uuid4())], "species": "Mallard"},
        {"query": {}},
        {"query": {}, "species": "Mallard", "accept": True},
        {"query": {"color": "grey"}, "species": "Mallard"},
        {"query": {"reviewed": "no"}, "species": "Mallard"},
        {"query": {}, "species": "Mallard", "count": 0},
    ],
)
async def test_what_is_no_order_is_refused(alice: Http, batch: str, body: dict[str, Any]) -> None:
    answer = await alice.call("POST", f"/v1/batches/{batch}/labels", json=body)
    assert (answer.status, answer.code) == (400, "invalid-request")


async def test_an_act_is_one_persons_in_one_batch(alice: Http, batch: str) -> None:
    order = {"query": {}, "accept": True, "act_id": str(uuid4())}
    assert (await alice.call("POST", f"/v1/batches/{batch}/labels", json=order)).status == 200
    other = await alice.call("POST", f"/v1/batches/{await alice.batch()}/labels", json=order)
    assert (other.status, other.code) == (409, "anothers-act")


async def test_nobody_labels_or_sees_anothers_photos(alice: Http, bob: Http, batch: str) -> None:
    [photo, *_] = await ids(alice, batch)
    body = {"query": {}, "species": "Mallard"}
    for method, path, sent in (
        ("POST", f"/v1/batches/{batch}/labels", body),
        ("POST", f"/v1/batches/{batch}/labels/undo", {}),
        ("GET", f"/v1/batches/{batch}/photos", None),
        ("GET", f"/v1/photos/{photo}/labels", None),
        ("PUT", f"/v1/photos/{photo}/label", {"species": "Mallard"}),
    ):
        answer = await bob.call(method, path, json=sent)
        assert (answer.status, answer.code) == (404, "not-found")
    other = await bob.batch()
    theirs = await label(bob, other, photo_ids=[photo], species="Mallard")
    assert (theirs["labelled"], theirs["left_alone"]) == (0, 1)


async def messages(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
    async for message in socket:
        yield json.loads(message.data)


async def test_two_tabs_see_each_others_labels_at_once(alice: Http, batch: str) -> None:
    """On a finished batch, and in the order of seq; a tab that comes later is told the same."""
    some = await ids(alice, batch)
    path = f"{alice.url}/v1/batches/{batch}/events?follow=true"
    async with alice.session.ws_connect(f"{path}&after={PHOTOS}") as socket, asyncio.timeout(10):
        tab = messages(socket)
        await anext(tab)  # the first progress: it follows
        act = await label(alice, batch, photo_ids=some[:2], species="Mallard", note="n", count=2)
        told = [one async for one in until_labels(tab, 2)]
    assert [(one["seq"], one["photo_id"], one["species"]) for one in told] == [
        (5, some[0], "Mallard"),
        (6, some[1], "Mallard"),
    ]
    assert {(one["act_id"], one["note"], one["count"]) for one in told} == {(act["act_id"], "n", 2)}
    assert told[0]["final"]["name"] == "Mallard"
    async with alice.session.ws_connect(f"{alice.url}/v1/batches/{batch}/events?after=0") as later:
        replayed = [one async for one in messages(later)]
    assert later.close_code == 1000
    events = [one for one in replayed if one["type"] in ("result", "label")]
    assert [one["seq"] for one in events] == [1, 2, 3, 4, 5, 6]
    assert [one for one in events if one["type"] == "label"] == told


async def test_every_replica_is_told(live: System, alice: Http, batch: str) -> None:
    async with await aio_pika.connect(live.stack.amqp_url) as connection, asyncio.timeout(10):
        hints = await subscribe(Session(connection))
        await label(alice, batch, query={}, species="Mallard")
        async for hint in hints:
            if str(hint.batch_id) == batch:
                break


async def until_labels(tab: AsyncIterator[dict[str, Any]], count: int) -> AsyncIterator[dict[str, Any]]:
    """The next `count` labels."""
    async for message in tab:
        if message["type"] == "label":
            yield message
            count -= 1
        if not count:
            return


async def read_as_of_old(http: Http, batch: str, limit: int) -> list[dict[str, Any]]:
    """A client that has never heard of labels: it goes on with the seq of the last result until that is
    `last_seq`."""
    results: list[dict[str, Any]] = []
    while True:
        after = results[-1]["seq"] if results else 0
        path = f"/v1/batches/{batch}/results?after={after}&limit={limit}&wait=30"
        page = (await http.call("GET", path)).body
        results += page["results"]
        if page["state"] == "finished" and (results[-1]["seq"] if results else 0) >= page["last_seq"]:
            return results


async def test_a_client_of_before_labels_reads_to_the_end_and_misses_nothing(alice: Http) -> None:
    """More labels than fit a page lie between two answers, and some after the last one."""
    batch = await alice.batch()
    await alice.send(batch, photos(1, start=7800))
    while not (some := await ids(alice, batch)):
        await alice.call("GET", f"/v1/batches/{batch}/results?wait=30")
    for species in ("Mallard", "Ardea", "Sora"):
        await label(alice, batch, photo_ids=some, species=species)
    reading = asyncio.create_task(read_as_of_old(alice, batch, limit=2))
    await alice.send(batch, photos(2, start=7801))
    await alice.close(batch)
    async with asyncio.timeout(30):
        assert [one["seq"] for one in await reading] == [1, 5, 6]
    await label(alice, batch, query={}, species="Osprey")
    async with asyncio.timeout(10):
        assert [one["seq"] for one in await read_as_of_old(alice, batch, limit=2)] == [1, 5, 6]
    document = (await alice.call("GET", f"/v1/batches/{batch}")).body
    assert (document["last_seq"], document["feed_seq"]) == (6, 9)


async def test_a_client_that_asks_for_labels_reads_the_whole_feed(alice: Http, batch: str) -> None:
    await label(alice, batch, query={}, species="Mallard")
    seqs: list[int] = []
    while True:
        path = f"/v1/batches/{batch}/results?labels=true&limit=3&after={max(seqs, default=0)}"
        page = (await alice.call("GET", path)).body
        seqs += sorted(one["seq"] for one in (*page["results"], *page["labels"]))
        if max(seqs) >= page["last_seq"]:
            break
    assert seqs == list(range(1, 2 * PHOTOS + 1))


async def test_names_are_found_as_they_are_typed(alice: Http) -> None:
    [first, *_] = (await alice.call("GET", "/v1/taxa?q=bald%20eag&limit=5")).body["taxa"]
    assert first == {
        "name": "Bald Eagle",
        "scientific_name": "Haliaeetus leucocephalus",
        "rank": "species",
        "family": "Accipitridae",
        "order": "Accipitriformes",
        "ebird_code": "baleag",
        "banding_code": "BAEA",
        "known": True,
        "matched": "Bald Eagle",
    }
    assert (await alice.call("GET", "/v1/taxa")).code == "invalid-request"
