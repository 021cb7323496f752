"""One rule from what a person types to what a photo is called."""

import pytest

from api.taxa.taxa import Taxa
from shared.errors import BirdsError, Code
from shared.final_name import NameRank
from shared.ledger.database import Pool
from shared.ledger.models import promote, register_model
from shared.vision.bundle import read_bundle
from shared.vision.sources.default import default_model


@pytest.fixture
def taxa(pool: Pool) -> Taxa:
    return Taxa(pool, {"Ardea cinerea": ["Graureiher", "Reiher"], "Ardea herodias": ["Reiher"]})


@pytest.mark.parametrize(
    ("text", "name", "scientific", "rank"),
    [
        ("great blue HERON", "Great Blue Heron", "Ardea herodias", "species"),
        ("Ardea herodias", "Great Blue Heron", "Ardea herodias", "species"),
        ("ardea", "Ardea", "Ardea", "genus"),
        ("Ardeidae", "Ardeidae", "Ardeidae", "family"),
        ("gbhe", "Great Blue Heron", "Ardea herodias", "species"),
        ("graureiher", "Grey Heron", "Ardea cinerea", "species"),
        ("unknown bird", "Unknown bird", None, "bird"),
        ("NOT A BIRD", "Not a bird", None, "not-a-bird"),
    ],
)
async def test_any_name_leads_to_the_taxon(
    taxa: Taxa, text: str, name: str, scientific: str | None, rank: str
) -> None:
    meant = await taxa.resolve(text)
    assert (meant.name, meant.scientific_name, meant.rank) == (name, scientific, NameRank(rank))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grate blue herron", "near it: Great Blue Heron"),
        ("Reiher", "Several birds are called 'Reiher': "),
        ("xyzzyx", "see /v1/taxa"),
        ("-", "see /v1/taxa"),
    ],
)
async def test_what_means_nothing_or_several_birds_is_told_with_the_nearest(
    taxa: Taxa, text: str, said: str
) -> None:
    with pytest.raises(BirdsError, match=said) as unknown:
        await taxa.resolve(text)
    assert unknown.value.code is Code.UNKNOWN_SPECIES
    assert await taxa.meant(text) == text


async def test_the_active_models_names_come_first(pool: Pool, taxa: Taxa) -> None:
    bundle = read_bundle(default_model())
    [one] = [one for one in bundle.classes if one.species == "Bald Eagle"]
    other = one.model_copy(update={"species": "American Eagle"})
    fields = bundle.model_copy(update={"classes": (other,)}).model_dump(mode="json")
    assert [known for _, known in await taxa.search("bald eagle", 1)] == [False]
    await register_model(pool, name="m", version="1", digest="00", source="m@1", bundle=fields)
    await promote(pool, "m@1")
    assert [known for _, known in await taxa.search("bald eagle", 1)] == [True]
    for text in ("Bald Eagle", "american eagle", "Haliaeetus leucocephalus", "baleag"):
        assert (await taxa.resolve(text)).name == "American Eagle"
    assert (await taxa.resolve("Mallard")).name == "Mallard"
