"""A snapshot is of one moment, however long it is read, and can be gone through as often as one likes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from io import FileIO
from pathlib import Path
from threading import Event

import pytest

from api.snapshots import Snapshot, Snapshots
from shared.errors import BirdsError, DiskFull
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.ledger.refused import record_refused
from shared.photo.box import Box
from shared.records import Answer, BatchId, OwnerId, Photo, RefusedFile
from tests.support.ledger import a_batch, a_model, an_owner, queue_photos

MALLARD = {"species": "Mallard", "scientific_name": "Anas platyrhynchos", "probability": 0.5}


async def answered(pool: Pool, owner: OwnerId, count: int) -> BatchId:
    batch, model = await a_batch(pool, owner), await a_model(pool)
    photos = await queue_photos(pool, owner, batch, [f"{number}.jpg" for number in range(count)])
    await record_refused(pool, owner, batch, [("notes.txt", "unsupported-type", "It is no photo.")], most=9)
    answers = [
        Answer(one.photo_id, batch, predictions=[MALLARD], latitude=52.5, longitude=13.4) for one in photos
    ]
    await record_answers(pool, [replace(one, box=Box(0.1, 0.2, 0.3, 0.4)) for one in answers], model)
    return batch


async def read(snapshot: Snapshot) -> list[Photo]:
    return [photo async for page in snapshot.photos() for photo in page]


async def test_what_is_said_while_it_is_read_is_not_in_it(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.snapshots.PAGE", 2)
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 5)
    loop = asyncio.get_running_loop()
    seen: list[Photo] = []
    refused: list[RefusedFile] = []

    def notice(photos: Sequence[Photo]) -> None:
        seen.extend(photos)
        change = pool.execute("update photos set corrected_species = 'Gadwall'")
        asyncio.run_coroutine_threadsafe(change, loop).result()

    async with Snapshots(pool, tmp_path).of(owner, batch, notice, refused.extend) as snapshot:
        first, second = await read(snapshot), await read(snapshot)
        listed = [file async for page in snapshot.refused() for file in page]
    assert len(first) == 5
    assert {photo.corrected_species for photo in first} == {None}
    assert first == second == seen  # to the last byte of a digest
    assert listed == refused
    assert snapshot.about.owner == "alice"
    assert [(used.model, used.photos) for used in snapshot.about.models] == [("test@1", 5)]
    assert list(tmp_path.iterdir()) == []


async def test_sightings_come_with_all_their_frames(pool: Pool, tmp_path: Path) -> None:
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 120)
    await pool.execute("update photos set frame = seq - 1, sighting_id = $1", batch)
    await pool.execute(
        "insert into sightings"
        " (id, batch_id, position, version, photos, disagreeing, best_photo_id, rolled_name, rolled_rank)"
        " select $1, $1, 0, 1, 120, 0, id, 'Mallard', 'species' from photos where seq = 7",
        batch,
    )
    snapshots = Snapshots(pool, tmp_path)
    async with snapshots.of(owner, batch, lambda _: None, lambda _: None, with_sightings=True) as snapshot:
        [seen] = [one async for page in snapshot.sightings() for one in page]
        assert seen.frames == await read(snapshot)
        assert (seen.final.name, seen.best_photo_id) == ("Mallard", seen.frames[6].id)


async def test_a_sighting_of_very_many_frames_comes_in_parts(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.snapshots.PAGE", 4)
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 15)
    await pool.execute(  # of 1, 3, 10 and 1 frames
        "update photos set sighting_id = first.id, frame = photos.seq - first.seq"
        " from (select id, seq from photos where seq in (1, 2, 5, 15)) as first"
        " where first.seq = (select max(s) from unnest(array[1, 2, 5, 15]) s where s <= photos.seq)"
    )
    await pool.execute(
        "insert into sightings"
        " (id, batch_id, position, version, photos, disagreeing, best_photo_id, rolled_name, rolled_rank)"
        " select sighting_id, $1, min(seq), 1, count(*), 0, sighting_id, 'Mallard', 'species'"
        " from photos group by sighting_id",
        batch,
    )
    snapshots = Snapshots(pool, tmp_path)
    async with snapshots.of(owner, batch, lambda _: None, lambda _: None, with_sightings=True) as snapshot:
        pages = [page async for page in snapshot.sightings()]
        assert [[len(one.frames) for one in page] for page in pages] == [[1, 3], [4], [4], [2], [1]]
        assert [frame for page in pages for one in page for frame in one.frames] == await read(snapshot)


async def test_it_can_be_gone_through_while_it_is_still_read(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.snapshots.PAGE", 2)
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 5)
    go_on = Event()
    noticed: list[Photo] = []

    def notice(photos: Sequence[Photo]) -> None:
        noticed.extend(photos)
        assert len(noticed) == 2 or go_on.wait(30)

    snapshots = Snapshots(pool, tmp_path)
    async with snapshots.of(owner, batch, notice, lambda _: None, whole=False) as snapshot:
        pages = snapshot.photos()
        first = await anext(pages)
        assert not go_on.is_set()
        go_on.set()
        assert [photo.seq for photo in first] + [p.seq async for page in pages for p in page] == [
            1,
            2,
            3,
            4,
            5,
        ]
        assert noticed == await read(snapshot)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("whole", [True, False])
async def test_a_disk_that_is_full_is_told_to_whoever_goes_through_it(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    monkeypatch.setattr("api.snapshots.PAGE", 2)
    monkeypatch.setattr("api.snapshots.TemporaryFile", lambda dir: FileIO("/dev/full", "r+"))
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 5)
    snapshots = Snapshots(pool, tmp_path)
    with pytest.raises(DiskFull, match="No space"):
        async with snapshots.of(owner, batch, lambda _: None, lambda _: None, whole=whole) as snapshot:
            await read(snapshot)


async def test_of_reviewed_photos_alone_the_others_are_counted(pool: Pool, tmp_path: Path) -> None:
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 5)
    await pool.execute("update photos set corrected_species = 'Gadwall' where seq in (2, 4)")
    others: list[tuple[int, int]] = []
    snapshots = Snapshots(pool, tmp_path)
    reading = snapshots.of(owner, batch, lambda _: None, lambda _: None, lambda *n: others.append(n))
    async with reading as snapshot:
        assert [photo.seq for photo in await read(snapshot)] == [2, 4]
    assert others == [(0, 3)]


async def test_it_holds_no_connection_while_it_is_sent(pool: Pool, tmp_path: Path) -> None:
    owner = await an_owner(pool)
    batch = await answered(pool, owner, 1)
    async with Snapshots(pool, tmp_path).of(owner, batch, lambda _: None, lambda _: None):
        assert pool.get_idle_size() == pool.get_size()


async def test_another_owners_batch_is_not_there(pool: Pool, tmp_path: Path) -> None:
    batch = await a_batch(pool, await an_owner(pool))
    mallory = await an_owner(pool, "mallory")
    with pytest.raises(BirdsError, match="no such batch"):
        async with Snapshots(pool, tmp_path).of(mallory, batch, lambda _: None, lambda _: None):
            pass
