"""Flags on answers in the ledger: with the answer, and again when a site or an owner's word changes."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from shared.ledger.accepted import NewWord, accept_here, accepted_words, take_back
from shared.ledger.answers import record_answers
from shared.ledger.batches import create_batch, get_batch
from shared.ledger.database import Pool
from shared.ledger.judging import judge_portion
from shared.ledger.photos import results_after
from shared.ledger.rescoring import rescore_batch
from shared.ledger.sites import put_sites
from shared.photo.taken import TakenTime, TimeSource
from shared.place.site import Site
from shared.range.configured import read_ranges
from shared.range.judging import Judge
from shared.records import Answer, BatchId, Lane, ModelId, OwnerId, Photo
from tests.support.ledger import a_batch, a_model, an_owner, queue_photos
from tests.unit.range.places import CUCKOO, EGRET

PREDICTIONS = [
    {"species": "Little Egret", "scientific_name": EGRET, "probability": 0.6},
    {"species": "Common Cuckoo", "scientific_name": CUCKOO, "probability": 0.4},
]
TABLE = """\
species,place,month,records
Cuculus canorus,EE,5,500
Egretta garzetta,FR,5,500
Cuculus canorus,FR,4,500
"""
ESTONIA, FRANCE = Site("", None, 59.4, 24.7), Site("", None, 45.0, 3.0)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    (tmp_path / "range.csv").write_text(TABLE)
    ranges = read_ranges(f"csv:{tmp_path / 'range.csv'}", least_records=100, threshold=0.03)
    assert ranges is not None
    return Judge(ranges)


async def answered(
    pool: Pool, owner: OwnerId, batch: BatchId, names: list[str], judge: Judge | None, **more: object
) -> None:
    answers = [
        replace(Answer(photo.photo_id, batch, predictions=PREDICTIONS), **more)  # type: ignore[arg-type]
        for photo in await queue_photos(pool, owner, batch, names)
    ]
    await record_answers(pool, answers, await a_model(pool), judge=judge)


async def judge_all(pool: Pool, judge: Judge) -> int:
    """How many portions that took."""
    portions = 0
    while await judge_portion(pool, judge) is not None:
        portions += 1
    return portions


def flags(photos: list[Photo]) -> list[list[bool | None]]:
    return [[one["in_range"] for one in photo.predictions] for photo in photos]


async def test_an_answer_is_judged_where_and_when_its_photo_was_taken(pool: Pool, judge: Judge) -> None:
    owner = await an_owner(pool)
    batch = await create_batch(pool, owner, name=None, lane=Lane.BULK, top_k=5, site=ESTONIA)
    may = TakenTime.by_clock(TimeSource.ORIGINAL, datetime(2023, 5, 15), None)
    await answered(pool, owner, batch, ["a.jpg"], judge, taken=may)
    await answered(pool, owner, batch, ["IMG_20230515_120000.jpg"], judge)
    await answered(pool, owner, batch, ["paris.jpg"], judge, taken=may, latitude=48.85, longitude=2.35)
    photos = await results_after(pool, batch, 0, 10)
    assert flags(photos) == [[False, True], [False, True], [True, False]]
    assert photos[0].range is not None
    assert [photos[0].range[name] for name in ("source", "place", "month")] == ["range.csv", "EE", 5]
    in_range = await pool.fetch("select in_range from photos order by seq")
    assert [row["in_range"] for row in in_range] == [False, False, True]
    await pool.execute("update photos set range = jsonb_set(range, '{reorder}', 'true') where seq = 1")
    first = (await results_after(pool, batch, 0, 1))[0]
    assert (
        first.predictions[0]["species"],
        await pool.fetchval("select in_range from photos where seq = 1"),
    ) == (*("Common Cuckoo", True),)


async def test_without_a_source_nothing_is_said(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await answered(pool, owner, batch, ["a.jpg"], None)
    [photo] = await results_after(pool, batch, 0, 10)
    assert (photo.predictions, photo.range) == (PREDICTIONS, None)


async def test_a_changed_site_has_its_batch_judged_again_and_what_changed_comes_with_new_seqs(
    pool: Pool, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.ledger.judging.JUDGED_AT_ONCE", 2)
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    names = [f"{folder}/IMG_20230515_12000{number}.jpg" for folder in ("a", "b") for number in range(3)]
    await answered(pool, owner, batch, names, judge)
    await answered(
        pool,
        owner,
        batch,
        ["broken.jpg"],
        judge,
        predictions=None,
        error_code="corrupt-image",
        error_detail="x",
    )
    assert flags(await results_after(pool, batch, 0, 10))[0] == [None, None]

    await put_sites(pool, owner, batch, [replace(ESTONIA, folder="a")])
    assert await judge_all(pool, judge) == 4
    photos = await results_after(pool, batch, 0, 20)
    assert [photo.seq for photo in photos] == [4, 5, 6, 7, 8, 9, 10]
    assert [photo.name[0] for photo in photos] == ["b", "b", "b", "b", "a", "a", "a"]
    assert flags(photos[4:]) == [[False, True]] * 3
    assert (await get_batch(pool, owner, batch)).last_seq == 10
    assert await judge_all(pool, judge) == 0

    await put_sites(pool, owner, batch, [replace(ESTONIA, folder="a", name="Garden")])
    assert await judge_all(pool, judge) == 4  # all are looked at, and none is told otherwise
    assert (await get_batch(pool, owner, batch)).last_seq == 10


async def test_what_is_answered_meanwhile_is_judged_by_the_new_site(pool: Pool, judge: Judge) -> None:
    owner = await an_owner(pool)
    batch = await create_batch(pool, owner, name=None, lane=Lane.BULK, top_k=5, site=FRANCE)
    await answered(pool, owner, batch, ["IMG_20230515_120000.jpg"], judge)
    await put_sites(pool, owner, batch, [ESTONIA])
    await answered(pool, owner, batch, ["IMG_20230515_120001.jpg"], judge)
    await judge_all(pool, judge)
    photos = await results_after(pool, batch, 0, 10)
    assert [photo.name[-5] for photo in photos] == ["1", "0"]
    assert flags(photos) == [[False, True]] * 2


async def test_an_owners_word_counts_in_all_their_batches_and_in_nobody_elses(
    pool: Pool, judge: Judge
) -> None:
    alice, bob = await an_owner(pool), await an_owner(pool, "bob")
    batches = {}
    for owner in (alice, bob):
        batches[owner] = await create_batch(pool, owner, name=None, lane=Lane.BULK, top_k=5, site=ESTONIA)
        await answered(pool, owner, batches[owner], ["IMG_20230515_120000.jpg"], judge)
    said = await accept_here(pool, alice, NewWord("Little Egret", EGRET, None, 59.0, 24.0, 100.0, "I saw it"))
    assert await accepted_words(pool, alice) == [said]
    await judge_all(pool, judge)
    mine, theirs = [(await results_after(pool, batches[owner], 0, 10))[0] for owner in (alice, bob)]
    assert (mine.predictions[0]["in_range"], mine.predictions[0]["accepted"], mine.seq) == (True, True, 2)
    assert (theirs.predictions[0]["in_range"], theirs.seq) == (False, 1)

    assert not await take_back(pool, bob, said.id)
    assert await take_back(pool, alice, said.id)
    await judge_all(pool, judge)
    [mine] = await results_after(pool, batches[alice], 0, 10)
    assert (mine.predictions[0]["in_range"], mine.predictions[0]["accepted"], mine.seq) == (False, False, 3)


async def test_rescoring_keeps_the_flags_and_puts_last_what_is_not_to_be_expected_where_asked(
    pool: Pool, judge: Judge
) -> None:
    async def no_scorer(_: ModelId) -> None:
        """Its bundle is of another version, say."""

    owner = await an_owner(pool)
    batch = await create_batch(pool, owner, name=None, lane=Lane.BULK, top_k=5, site=ESTONIA)
    await answered(pool, owner, batch, ["IMG_20230515_120000.jpg"], judge)
    for reorder, first, seq in ((True, "Common Cuckoo", 2), (False, "Little Egret", 3)):
        await rescore_batch(pool, owner, batch, {"range": {"reorder": reorder}}, no_scorer)
        await judge_all(pool, judge)
        [photo] = await results_after(pool, batch, 0, 10)
        assert (photo.predictions[0]["species"], photo.seq) == (first, seq)
        assert {one["species"]: one["in_range"] for one in photo.predictions} == {
            "Little Egret": False, "Common Cuckoo": True,
        }  # fmt: skip
    await rescore_batch(pool, owner, batch, {"threshold": 0.7}, no_scorer)
    await judge_all(pool, judge)
    assert (await get_batch(pool, owner, batch)).last_seq == 3
