"""From a forward pass to what becomes of each photo: an answer, a failure, or a second look."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.messages import PhotoJob
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.records import Lane, ModelId
from shared.scoring.scorer import Scored, Scorer
from shared.scoring.settings import ScoringSettings
from shared.vision.bundle import SecondLook
from shared.vision.embedding import embeddings
from tests.support.models import INPUT, bundle
from worker.decode_pool import DecodedPhoto
from worker.delivery import Conclusion, Delivery, FirstLook, Prepared
from worker.engines.engine import Outputs
from worker.in_hand import InHand
from worker.inference import Inference
from worker.model_slot import ServingModel

FACTS = PhotoFacts(400, 200, "image/jpeg", latitude=1.0, longitude=2.0)
SURE, UNSURE, TREE = (9.0, 0.0, 0.0), (1.0, 0.5, 1.0), (0.0, 0.0, 9.0)
BOX = Box(0.1, 0.2, 0.3, 0.4)


class Told:
    """An engine whose pixels are its logits: the first three bytes of a photo, as signed numbers."""

    batch_size, streams, description, embeds = 8, 1, "told", True

    def __init__(self, places: bool = True) -> None:
        self._places = places

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        logits = batch.astype(np.float32)
        places = np.zeros((len(batch), 3, 3), np.float32)
        places[:, 1, 1] = 1
        return Outputs(logits, embeddings(logits), places if self._places else None)


def model(rule: SecondLook | None, engine: Told | None = None) -> ServingModel:
    own = bundle()
    return ServingModel(
        own.id, ModelId(uuid4()), INPUT.preprocessing, cast(Any, engine or Told()), Scorer(own), rule
    )


RULE = SecondLook(below=0.7, side=0.5)


def photo(logits: tuple[float, ...], by: ServingModel, first: FirstLook | None = None) -> Prepared:
    job = PhotoJob(photo_id=uuid4(), batch_id=uuid4(), key="k", sha256="0" * 64, top_k=1)
    delivery = Delivery(cast(Any, None), job, Lane.BULK, InHand()) if first is None else first.delivery
    pixels = np.array(logits, np.float32)
    return Prepared(delivery, DecodedPhoto(cast(Any, pixels), FACTS), by, first)


@pytest.fixture
def inference() -> Iterator[Inference]:
    with ThreadPoolExecutor(1) as threads:
        yield Inference(threads, 60)


def told_of(conclusion: Conclusion | FirstLook) -> Scored:
    assert isinstance(conclusion, Conclusion)
    assert conclusion.model is not None
    assert conclusion.answer.reading is not None
    [scored] = conclusion.model.scorer([conclusion.answer.reading], ScoringSettings(), 1)
    return scored


async def test_only_what_is_unsure_is_looked_at_again(inference: Inference) -> None:
    by = model(RULE)
    sure, unsure, tree = await inference.classify([photo(one, by) for one in (SURE, UNSURE, TREE)])
    assert isinstance(sure, Conclusion)
    assert sure.answer.box is None
    assert isinstance(unsure, FirstLook)
    assert isinstance(tree, FirstLook)
    assert (unsure.box.x + unsure.box.width / 2, unsure.box.y + unsure.box.height / 2) == (0.5, 0.5)


@pytest.mark.parametrize("by", [model(None), model(RULE, Told(places=False))])
async def test_one_look_has_to_do_for_a_model_or_a_runtime_without_a_second(
    inference: Inference, by: ServingModel
) -> None:
    (found,) = await inference.classify([photo(UNSURE, by)])
    assert isinstance(found, Conclusion)
    assert (found.answer.state, found.answer.box) == ("done", None)


@pytest.mark.parametrize(
    ("second", "nearer", "blue_jay"),
    [
        (SURE, True, 0.896),  # 0.275 of the mass on birds is the first look's, 0.725 the second's
        (TREE, False, 0.622),
        (UNSURE, False, 0.622),
        ((float("nan"), 0, 0), False, 0.622),
    ],
)
async def test_both_looks_answer_and_the_surer_one_says_where_it_looked(
    inference: Inference, second: tuple[float, ...], nearer: bool, blue_jay: float
) -> None:
    by = model(RULE)
    (first,) = await inference.classify([photo(UNSURE, by)])
    assert isinstance(first, FirstLook)
    found, beside = await inference.classify([photo(second, by, first), photo(SURE, by)])
    told, of_one_look = told_of(found), told_of(beside)
    assert isinstance(found, Conclusion)
    assert told.box == (first.box if nearer else None)
    [best] = told.predictions
    assert (best["species"], best["probability"]) == ("Blue Jay", pytest.approx(blue_jay, abs=1e-3))
    assert (found.answer.width, found.answer.latitude, found.answer.error_code) == (400, 1.0, None)
    assert (of_one_look.predictions[0]["species"], of_one_look.box) == ("Blue Jay", None)
