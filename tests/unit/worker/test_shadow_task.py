"""What a candidate says of a photo is what it would answer if it served, its second look included."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pytest

from shared.messages import PhotoJob
from shared.records import Lane, ModelId
from shared.scoring.scorer import Scorer
from shared.scoring.settings import ScoringSettings
from shared.vision.bundle import SecondLook, read_bundle
from tests.support.colour_model import FAR_AT, FAR_SIZE, bird, saved_by_colour
from worker.decode_pool import DecodedPhoto
from worker.decode_task import facts_of, prepare
from worker.delivery import Conclusion, Delivery, FirstLook, Prepared
from worker.engines.choose import choose
from worker.engines.shape import Shape
from worker.in_hand import InHand
from worker.inference import Inference
from worker.model_slot import ServingModel
from worker.shadow.task import answer

MAX_PIXELS = 1_000_000


def serving(folder: Path) -> ServingModel:
    bundle = read_bundle(folder)
    engine = choose(folder, Shape(1, 1), device="cpu", threads=1).engine
    return ServingModel(
        bundle.id, ModelId(uuid4()), bundle.input.preprocessing, engine, Scorer(bundle), bundle.second_look
    )


def shown(data: bytes, model: ServingModel, first: FirstLook | None = None) -> Prepared:
    box = None if first is None else asdict(first.box)
    arguments = {"preprocessing": asdict(model.spec), "max_pixels": MAX_PIXELS, "box": box}
    facts, pixels = prepare(data, arguments)
    side = model.spec.size
    photo = DecodedPhoto(np.frombuffer(pixels, np.uint8).reshape(side, side, 3), facts_of(facts))
    job = PhotoJob(photo_id=uuid4(), batch_id=uuid4(), key="k", sha256="0" * 64, top_k=1)
    return Prepared(Delivery(cast(Any, None), job, Lane.BULK, InHand()), photo, model, first)


@pytest.mark.filterwarnings("ignore")  # OpenVINO's converter still traces, which torch calls deprecated
@pytest.mark.parametrize("looks", [1, 2])
async def test_it_says_what_it_would_answer(tmp_path: Path, looks: int) -> None:
    saved_by_colour(tmp_path, second_look=SecondLook(below=0.99, side=0.4))
    data = bird("Cardinal", *((0.9,) if looks == 1 else (FAR_SIZE, FAR_AT)))
    model = serving(tmp_path)
    with ThreadPoolExecutor(1) as threads:
        inference = Inference(threads, 60)
        [found] = await inference.classify([shown(data, model)])
        assert isinstance(found, FirstLook) == (looks == 2)
        if isinstance(found, FirstLook):
            [found] = await inference.classify([shown(data, model, found)])
    assert isinstance(found, Conclusion)
    assert found.answer.reading is not None
    [told] = model.scorer([found.answer.reading], ScoringSettings(), 1)
    arguments = {"folder": str(tmp_path), "engine": "auto", "max_pixels": MAX_PIXELS}
    said, _ = answer(data, arguments)
    assert said == {**told.predictions[0], "bird_probability": told.bird_probability}
    assert said["species"] == "Cardinal"
