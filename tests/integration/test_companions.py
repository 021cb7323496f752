"""A raw file and the picture beside it are one photo, on a real Postgres."""

import hashlib

from shared.errors import Code
from shared.ledger.answers import record_answers
from shared.ledger.batches import close_batch, get_batch
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted, Announced, announce_photos
from shared.ledger.photos import results_after
from shared.records import Answer, BatchId, Counts, OwnerId, PhotoState
from tests.support.ledger import a_batch, a_model, an_answer, an_owner, queue_photos


async def announced(pool: Pool, owner: OwnerId, batch: BatchId, *names: str) -> list[Accepted]:
    photos = [Announced(name, hashlib.sha256(name.encode()).digest(), 1) for name in names]
    return await announce_photos(pool, owner, batch, photos)


async def companions(pool: Pool, batch: BatchId, photos: list[Accepted]) -> dict[str, list[str]]:
    """Those of each photo, as the feed tells them."""
    answers = {photo.photo_id: an_answer(batch, photo) for photo in photos}
    await record_answers(pool, list(answers.values()), await a_model(pool))
    return {photo.name: photo.companions for photo in await results_after(pool, batch, 0, 100)}


async def test_a_pair_is_one_photo_whichever_file_comes_first(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(
        pool, owner, batch, ["card/1.CR2", "card/1.JPG", "card/2.jpg", "card/2.dng", "card/2.nef"]
    )
    assert [photo.companion_of for photo in photos] == [
        "card/1.JPG", None, None, "card/2.jpg", "card/2.jpg",
    ]  # fmt: skip
    assert photos[0].name == "card/1.CR2"
    assert photos[0].photo_id == photos[1].photo_id
    assert photos[0].duplicate
    assert (await get_batch(pool, owner, batch)).counts == Counts(2, 2, 0, 0)
    assert await companions(pool, batch, photos) == {
        "card/1.JPG": ["card/1.CR2"],
        "card/2.jpg": ["card/2.dng", "card/2.nef"],
    }


async def test_the_folder_and_the_whole_name_must_be_the_same(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    photos = await queue_photos(
        pool, owner, batch, ["a/1.JPG", "b/1.CR2", "a/11.CR2", "a/1_.CR2", "a/1.xmp.CR2", "1.CR2"]
    )
    assert not any(photo.companion_of for photo in photos)
    assert (await get_batch(pool, owner, batch)).counts.accepted == 6


async def test_a_raw_file_that_comes_later_joins_its_picture_and_again(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    [picture] = await queue_photos(pool, owner, batch, ["1.HEIC"])
    for _ in range(2):
        [raw] = await announced(pool, owner, batch, "1.ARW")
        assert (raw.photo_id, raw.companion_of) == (picture.photo_id, "1.HEIC")
    assert await companions(pool, batch, [picture]) == {"1.HEIC": ["1.ARW"]}


async def test_pairs_that_are_announced_need_the_picture_alone(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    raw, picture = await announced(pool, owner, batch, "1.CR3", "1.JPG")
    assert (raw.photo_id, raw.companion_of, picture.companion_of) == (picture.photo_id, "1.JPG", None)
    assert picture.state is PhotoState.UPLOADING
    await close_batch(pool, owner, batch)


async def test_a_raw_file_that_is_a_photo_already_stays_one(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    [alone] = await queue_photos(pool, owner, batch, ["1.CR2"])
    await queue_photos(pool, owner, batch, ["1.JPG"])
    [again] = await queue_photos(pool, owner, batch, ["1.CR2"])
    assert (again.photo_id, again.companion_of) == (alone.photo_id, None)
    assert (await get_batch(pool, owner, batch)).counts.accepted == 2


async def test_a_raw_file_is_answered_where_its_picture_failed(pool: Pool) -> None:
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    [picture] = await queue_photos(pool, owner, batch, ["1.JPG"])
    failed = Answer(picture.photo_id, batch, error_code=Code.TRUNCATED_IMAGE, error_detail="cut")
    await record_answers(pool, [failed], await a_model(pool))
    [raw] = await queue_photos(pool, owner, batch, ["1.CR2"])
    assert raw.companion_of is None
    assert (await get_batch(pool, owner, batch)).counts == Counts(2, 1, 0, 1)
