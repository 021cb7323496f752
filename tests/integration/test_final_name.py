"""One rule for the one name of a photo: a person's word, else the model's, else that it shows no bird."""

from dataclasses import replace

import pytest

from shared.final_name import FinalName, NamedBy, NameRank
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.ledger.labels import Word
from shared.ledger.photos import get_photo
from shared.records import Answer
from tests.support.ledger import a_batch, a_model, an_owner, label, queue_photos

HERON = {"species": "Grey Heron", "scientific_name": "Ardea cinerea", "probability": 0.7}
BY_MODEL = FinalName("Grey Heron", "Ardea cinerea", NameRank.SPECIES, NamedBy.MODEL, 0.7)
NO_BIRD = FinalName("Not a bird", None, NameRank.NOT_A_BIRD, NamedBy.MODEL, None)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({"bird_probability": 0.9, "predictions": [HERON]}, BY_MODEL),
        ({"predictions": [HERON]}, BY_MODEL),
        ({"bird_probability": 0.1, "predictions": [HERON]}, NO_BIRD),
        ({"error_code": "corrupt-image", "error_detail": "x"}, None),
    ],
)
async def test_a_persons_word_comes_first(
    pool: Pool, answer: dict[str, object], name: FinalName | None
) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    (photo,) = await queue_photos(pool, owner, batch, ["a.jpg"])

    async def final() -> FinalName | None:
        found = await get_photo(pool, owner, photo.photo_id)
        assert found is not None
        return found.final

    assert await final() is None
    await record_answers(pool, [replace(Answer(photo.photo_id, batch), **answer)], model)  # type: ignore[arg-type]
    assert await final() == name
    egret = Word("Little Egret", "Egretta garzetta", NameRank.SPECIES)
    await label(pool, owner, batch, [photo.photo_id], egret)
    assert await final() == FinalName(
        "Little Egret", "Egretta garzetta", NameRank.SPECIES, NamedBy.PERSON, None
    )
    await label(pool, owner, batch, [photo.photo_id], Word())
    assert await final() == name
