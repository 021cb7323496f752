"""What photos come to: the species of a batch, the life list, a search."""

from collections.abc import Sequence
from datetime import datetime

from shared.final_name import NameRank
from shared.ledger.answers import record_answers
from shared.ledger.database import Pool
from shared.ledger.labels import Word
from shared.ledger.life import life_list
from shared.ledger.overview import Found, batch_model, names_of_batch, search
from shared.ledger.sites import put_sites
from shared.photo.taken import TakenTime, TimeSource
from shared.place.site import Site
from shared.records import Answer, BatchId, ModelId, OwnerId, PhotoId
from tests.support.ledger import a_batch, a_model, an_owner, label, queue_photos

HERON = {"species": "Grey Heron", "scientific_name": "Ardea cinerea"}
GREY_HERON = Word("Grey Heron", "Ardea cinerea", NameRank.SPECIES)
LITTLE_EGRET = Word("Little Egret", "Egretta garzetta", NameRank.SPECIES)
EGRET = {"species": "Little Egret", "scientific_name": "Egretta garzetta"}


async def answered(
    pool: Pool, owner: OwnerId, batch: BatchId, model: ModelId, answers: Sequence[dict[str, object]]
) -> list[PhotoId]:
    """A photo for each answer, `photo-<batch>-<place>.jpg`."""
    names = [f"photo-{batch}-{place}.jpg" for place in range(len(answers))]
    accepted = await queue_photos(pool, owner, batch, names)
    given = [Answer(one.photo_id, batch, **answer) for one, answer in zip(accepted, answers, strict=True)]  # type: ignore[arg-type]
    await record_answers(pool, given, model)
    return [one.photo_id for one in accepted]


def sure(species: dict[str, str], probability: float, **more: object) -> dict[str, object]:
    return {"predictions": [{**species, "probability": probability}], "bird_probability": 0.9, **more}


async def test_a_batch_is_a_list_of_names_each_with_its_best_photo(pool: Pool) -> None:
    owner, model = await an_owner(pool), await a_model(pool)
    batch = await a_batch(pool, owner)
    assert await batch_model(pool, batch) is None
    assert await names_of_batch(pool, batch) == []
    failure = {"error_code": "corrupt-image", "error_detail": "x"}
    blank = {"predictions": [{**HERON, "probability": 0.9}], "bird_probability": 0.1}
    herons = [sure(HERON, 0.6), sure(HERON, 0.9, width=400, height=300), sure(HERON, 0.8)]
    photos = await answered(pool, owner, batch, model, [*herons, sure(EGRET, 0.7), failure, blank])
    names = await names_of_batch(pool, batch)
    assert [(one.name, one.rank, one.photos, one.checked) for one in names] == [
        ("Grey Heron", NameRank.SPECIES, 3, 0),
        ("Little Egret", NameRank.SPECIES, 1, 0),
        ("Not a bird", NameRank.NOT_A_BIRD, 1, 0),
    ]
    assert (names[0].best.photo_id, names[0].best.width, names[0].best.height) == (photos[1], 400, 300)
    await label(pool, owner, batch, [photos[0]], GREY_HERON)
    await label(pool, owner, batch, [photos[2]], LITTLE_EGRET)
    heron, egret, _ = await names_of_batch(pool, batch)
    assert (heron.photos, heron.checked, heron.best.photo_id) == (2, 1, photos[0])
    assert (egret.photos, egret.checked, egret.best.photo_id) == (2, 1, photos[2])
    assert await batch_model(pool, batch) == ("test@1", 0)


async def test_the_life_list_has_what_people_have_named(pool: Pool) -> None:
    owner, other, model = await an_owner(pool), await an_owner(pool, "bob"), await a_model(pool)
    spring, autumn = await a_batch(pool, owner), await a_batch(pool, owner)
    early, late = (TakenTime.by_clock(TimeSource.ORIGINAL, datetime(2024, 5, day, 6), None) for day in (1, 2))
    when = [sure(HERON, 0.9, taken=late), sure(HERON, 0.8, taken=early, latitude=47.5, longitude=8.0)]
    first, second, unsaid = await answered(pool, owner, spring, model, [*when, sure(EGRET, 0.9)])
    [third, nothing] = await answered(pool, owner, autumn, model, [sure(HERON, 0.5), sure(HERON, 0.5)])
    elsewhere = await a_batch(pool, other)
    theirs = await answered(pool, other, elsewhere, model, [sure(EGRET, 0.9)])
    await label(pool, other, elsewhere, theirs, LITTLE_EGRET)
    await label(pool, owner, spring, [first, second], GREY_HERON)
    await label(pool, owner, autumn, [third], GREY_HERON)
    await label(pool, owner, autumn, [nothing], Word("Not a bird", None, NameRank.NOT_A_BIRD))
    [heron] = await life_list(pool, owner)
    assert (heron.name, heron.photos, heron.batches) == ("Grey Heron", 3, 2)
    place = heron.first.effective
    assert (heron.first.photo_id, place.local, place.latitude) == (second, early.local, 47.5)
    assert (heron.best.photo_id, heron.first.batch_id) == (first, spring)
    [later] = await life_list(pool, owner, but=spring)
    assert (later.first.photo_id, later.first.effective.local) == (third, None)
    assert unsaid not in {heron.first.photo_id, heron.best.photo_id}
    shift = Site(name="Pond", latitude=1.0, longitude=2.0, clock_shift_s=86400, overrides=True)
    await put_sites(pool, owner, spring, [shift])
    [heron] = await life_list(pool, owner)
    place = heron.first.effective
    assert (place.local, place.latitude, place.site) == (late.local, 1.0, "Pond")


async def test_a_search_finds_species_files_and_batches_of_their_owner_alone(pool: Pool) -> None:
    owner, other, model = await an_owner(pool), await an_owner(pool, "bob"), await a_model(pool)
    batch = await a_batch(pool, owner)
    [photo, _] = await answered(pool, owner, batch, model, [sure(HERON, 0.9), sure(EGRET, 0.9)])
    for text in ("HERON", "ardea"):
        found = await search(pool, owner, text, 10)
        assert [(one["name"], one["photos"]) for one in found.names] == [("Grey Heron", 1)]
    found = await search(pool, owner, "-0.jpg", 10)
    assert [(one["photo_id"], one["final_name"]) for one in found.files] == [(photo, "Grey Heron")]
    assert len((await search(pool, owner, "photo-", 1)).files) == 1
    for text in ("100%", "_", "\\"):
        nothing = await search(pool, owner, text, 10)
        assert nothing == Found([], [], [])
    assert not (await search(pool, other, "heron", 10)).names
