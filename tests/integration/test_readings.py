"""What models said is kept beside what is told of it."""

import numpy as np
import pytest

from shared.errors import Code
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.ledger.photos import results_after
from shared.photo.box import Box
from shared.records import Answer
from shared.scoring.reading import unpacked
from tests.support.ledger import a_batch, an_owner, delete_batch, queue_photos, retry
from tests.support.readings import a_loaded_model, a_read_answer, a_reading

BOX = Box(0.25, 0.25, 0.5, 0.5)


async def test_an_answer_is_told_from_the_reading_that_is_kept_with_it(pool: Pool) -> None:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    once, twice, failed = await queue_photos(pool, owner, batch, ["once.jpg", "twice.jpg", "failed.jpg"])
    closer = a_reading((0.1, 0.1, 0.8), (0.05, 0.9, 0.05), box=BOX)
    answers = [
        a_read_answer(batch, once, (0.9, 0.05, 0.05)),
        Answer(twice.photo_id, batch, reading=closer),
        Answer(failed.photo_id, batch, error_code=Code.CORRUPT_IMAGE, error_detail="x"),
    ]
    await record_answers(pool, answers, model, scorer)
    await record_answers(
        pool, [a_read_answer(batch, once, (0.1, 0.8, 0.1))], model, scorer
    )  # a second delivery
    first, second, _ = await results_after(pool, batch, 0, 10)
    assert (first.final and first.final.name, first.box) == ("Blue Jay", None)
    assert (second.final and second.final.name, second.box) == ("Mallard", BOX)
    assert second.final is not None
    assert second.final.probability == pytest.approx(0.76, abs=0.01)  # of 0.82 that it is a bird
    rows = await pool.fetch("select * from readings order by photo_id")
    assert [row["photo_id"] for row in rows] == [once.photo_id, twice.photo_id]
    assert [(row["species"], row["scientific_name"]) for row in rows] == [
        ("Blue Jay", "Cyanocitta cristata"),
        ("Mallard", "Anas platyrhynchos"),
    ]
    np.testing.assert_array_equal(unpacked(rows[1]["logits"], 3), closer.looks)
    assert len(unpacked(rows[0]["logits"], 3)) == 1
    assert rows[1]["box"] == {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}
    assert np.frombuffer(rows[0]["embedding"], "<f2").tolist() == [1 / 16] * 256
    await delete_batch(pool, owner, batch)
    assert await pool.fetchval("select count(*) from readings") == 0


async def test_answers_for_a_batch_that_is_gone_harm_no_others(pool: Pool) -> None:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batches = [await a_batch(pool, owner) for _ in range(2)]
    photos = [(await queue_photos(pool, owner, batch, ["a.jpg"]))[0] for batch in batches]
    answers = [a_read_answer(*each, (0.9, 0.05, 0.05)) for each in zip(batches, photos, strict=True)]
    await delete_batch(pool, owner, batches[0])
    [hint] = await record_answers(pool, answers, model, scorer)
    assert hint.batch_id == batches[1]
    assert await record_answers(pool, answers[:1], model, scorer) == []


async def test_a_photo_twice_in_one_group_is_read_once(pool: Pool) -> None:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    (photo,) = await queue_photos(pool, owner, batch, ["a.jpg"])
    answers = [a_read_answer(batch, photo, (0.85, 0.1, 0.05)), a_read_answer(batch, photo, (0.1, 0.9, 0.1))]
    await record_answers(pool, answers, model, scorer)
    (told,) = await results_after(pool, batch, 0, 10)
    assert await pool.fetchval("select species from readings") == told.predictions[0]["species"] == "Blue Jay"


async def test_answers_are_told_as_their_batch_has_it_set(pool: Pool) -> None:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batches = [await a_batch(pool, owner) for _ in range(2)]
    await pool.execute("update batches set scoring = $1 where id = $2", {"threshold": 0.8}, batches[1])
    photos = [(await queue_photos(pool, owner, batch, ["a.jpg"]))[0] for batch in batches]
    answers = [a_read_answer(*each, (0.6, 0.35, 0.05)) for each in zip(batches, photos, strict=True)]
    await record_answers(pool, answers, model, scorer)
    told = [(await results_after(pool, batch, 0, 10))[0].final for batch in batches]
    assert [one and one.name for one in told] == ["Blue Jay", "Unknown bird"]


async def test_a_failure_that_is_tried_again_is_told_by_its_answer(pool: Pool) -> None:
    owner, (model, scorer) = await an_owner(pool), await a_loaded_model(pool)
    batch = await a_batch(pool, owner)
    (photo,) = await queue_photos(pool, owner, batch, ["a.jpg"])
    lost = Answer(photo.photo_id, batch, error_code=Code.MISSING_OBJECT, error_detail="gone")
    await record_answers(pool, [lost], None)
    assert await pool.fetchval("select count(*) from readings") == 0
    await retry(pool, owner, batch)
    await record_answers(pool, [a_read_answer(batch, photo)], model, scorer)
    (told,) = await results_after(pool, batch, 0, 10)
    assert (told.seq, told.final and told.final.name) == (2, "Blue Jay")
