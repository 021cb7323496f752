"""A candidate answers in a process of its own, and whatever is wrong with it ends there."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import psutil
import pytest
from onnx import numpy_helper

from shared.errors import BirdsError, Code
from shared.ledger import shadow as ledger
from shared.ledger.database import Pool
from shared.ledger.intake import Accepted
from shared.messages import PhotoJob
from shared.objects import ObjectStore
from shared.records import Answer, BatchId, Lane, PhotoId, new_id
from tests.support.ledger import a_batch, an_owner, eventually, queue_photos
from tests.support.onnx_models import graph, onnx_bundle
from tests.support.pictures import a_photo
from worker.delivery import Conclusion, Delivery
from worker.in_hand import InHand
from worker.shadow.memory import free_bytes
from worker.shadow.process import CandidateBroken, Candidates
from worker.shadow.shadow import Shadow, is_nth

MEMORY_MB = 2048


def candidates(pool: Pool, objects: ObjectStore, cache: Path, memory_mb: int = MEMORY_MB) -> Candidates:
    return Candidates(pool, objects, cache, engine="auto", memory_mb=memory_mb, max_pixels=10_000_000)


def a_graph_of_no_numbers() -> onnx.ModelProto:
    model = graph()
    weights = next(one for one in model.graph.initializer if one.name == "weights")
    weights.CopyFrom(numpy_helper.from_array(np.full((3, 3), np.nan, np.float32), "weights"))
    return model


async def test_it_answers_and_a_bad_photo_is_no_fault_of_its(
    pool: Pool, objects: ObjectStore, tmp_path: Path
) -> None:
    onnx_bundle(tmp_path / "colours", name="colours", version="4")
    async with candidates(pool, objects, tmp_path).opened(f"folder:{tmp_path / 'colours'}") as opened:
        assert opened.id == "colours@4"
        said = await opened.answer(a_photo(1))
        assert said.species in ("Blue Jay", "Mallard")
        assert 0.5 <= said.probability <= 1
        assert said.bird_probability is not None
        with pytest.raises(BirdsError) as refused:
            await opened.answer(b"no photo")
        assert refused.value.code is Code.UNSUPPORTED_TYPE
        assert await opened.answer(a_photo(1)) == said
    assert await pool.fetchval("select source from models") == f"folder:{tmp_path / 'colours'}"


@pytest.mark.parametrize(
    ("model", "memory_mb", "reason"),
    [
        (graph, 1 << 30, "MB are free"),
        (lambda: b"no graph", MEMORY_MB, "ParseFromString|parse|Unable|could not|model"),
        (a_graph_of_no_numbers, MEMORY_MB, "no finite answer"),
    ],
    ids=["no-memory", "no-model", "no-numbers"],
)
async def test_what_is_wrong_with_it_is_said(
    pool: Pool,
    objects: ObjectStore,
    tmp_path: Path,
    model: Callable[[], onnx.ModelProto | bytes],
    memory_mb: int,
    reason: str,
) -> None:
    onnx_bundle(tmp_path / "broken", model())
    with pytest.raises(CandidateBroken, match=reason):
        async with candidates(pool, objects, tmp_path, memory_mb).opened(
            f"folder:{tmp_path / 'broken'}"
        ) as opened:
            await opened.answer(a_photo(1))


def answered(photo: Accepted, batch: BatchId) -> Conclusion:
    job = PhotoJob(photo_id=photo.photo_id, batch_id=batch, key=str(photo.photo_id), sha256="", top_k=1)
    delivery = Delivery(cast(Any, None), job, Lane.BULK, InHand())
    return Conclusion(delivery, Answer(photo.photo_id, batch), cast(Any, object()))


async def test_a_process_that_dies_is_given_up_and_nothing_else_is(
    pool: Pool, objects: ObjectStore, tmp_path: Path
) -> None:
    onnx_bundle(tmp_path / "colours")
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    first, second = await queue_photos(pool, owner, batch, ["a.jpg", "b.jpg"])
    for photo in (first, second):
        await objects.put(str(photo.photo_id), a_photo())
    shadow = Shadow(pool, objects, candidates(pool, objects, tmp_path), poll_s=0.05, max_bytes=1 << 20)

    async def stands(condition: Callable[[ledger.Trial], bool]) -> None:
        async def it_does() -> bool:
            trial = await ledger.trial(pool)
            return trial is not None and condition(trial)

        await eventually(it_does, 120)

    running = asyncio.create_task(shadow.run())
    try:
        shadow.offer([answered(first, batch)])  # before a candidate is set: nobody's
        await ledger.set_candidate(pool, f"folder:{tmp_path / 'colours'}", 1)
        await stands(lambda trial: trial.candidate.model is not None)
        shadow.offer([answered(second, batch)])
        await stands(lambda trial: trial.answered == 1)
        said = await pool.fetch("select photo_id from shadow_answers")
        assert [row["photo_id"] for row in said] == [second.photo_id]
        [process] = [
            one for one in psutil.Process().children() if "worker.shadow.task:answer" in one.cmdline()
        ]
        process.kill()
        shadow.offer([answered(first, batch)])
        await stands(lambda trial: trial.candidate.failure == "its process died")
        shadow.offer([answered(first, batch)])
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_of_one_photo_every_worker_says_the_same_and_of_ten_it_is_one() -> None:
    photos = [PhotoId(new_id()) for _ in range(4000)]
    chosen = [one for one in photos if is_nth(one, 10)]
    assert chosen == [one for one in photos if is_nth(one, 10)]
    assert 300 <= len(chosen) <= 500
    assert all(is_nth(one, 1) for one in photos[:10])


def test_this_machine_says_how_much_memory_is_free() -> None:
    free = free_bytes()
    assert free is None or free > 0
