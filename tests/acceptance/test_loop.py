"""What people say of photos teaches: from labels through an exported data set to a model that knows more."""

from pathlib import Path

import pytest
import torch

from api.client import BirdsClient
from shared.vision.loading import load
from tests.support.colour_model import YELLOW, bird, disc, saved_by_colour
from tests.support.command import Birds
from tests.support.processes import System
from trainer.continuing.learn import continue_model
from trainer.continuing.recipe import OURS, ContinuedRecipe
from trainer.data.data_set import read_data_set
from trainer.evaluation.predict import predict
from trainer.training.recipe import read

CPU = torch.device("cpu")
EACH = 10


@pytest.fixture
def running(live: System) -> System:
    return live


def named(model: Path, photos: dict[str, bytes], folder: Path) -> dict[str, str]:
    loaded = load(model)
    folder.mkdir(exist_ok=True)
    for name, data in photos.items():
        (folder / name).write_bytes(data)
    guesses = predict(loaded.module, loaded.bundle.input, [folder / name for name in photos], CPU).argmax(
        axis=1
    )
    return {name: loaded.bundle.classes[guess].species for name, guess in zip(photos, guesses, strict=True)}


async def test_a_reviewed_batch_teaches_a_model_what_it_did_not_know(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    shown = {"goldfinch": YELLOW, "nothing": None}
    trip = tmp_path / "trip"
    trip.mkdir()
    for kind, colour in shown.items():
        for number in range(EACH):  # every other number: neighbours by number would be one sighting
            (trip / f"{kind}-{2 * number:03}.png").write_bytes(disc(colour, 0.6 + 0.04 * number, seed=number))
    assert (await birds("classify", trip, "--name", "trip")).status == 0
    [batch] = [one["id"] async for one in client.batches()]
    said = {"goldfinch": "American Goldfinch", "nothing": "Not a bird"}
    photos = [photo async for photo in client.photos(batch)]
    for kind, name in said.items():
        ids = [photo["photo_id"] for photo in photos if kind in photo["name"]]
        assert (await client.label_many(batch, name, photo_ids=ids))["labelled"] == EACH

    made = await birds("dataset", "export", "set")
    assert made.status == 0, made
    saved_by_colour(tmp_path / "one")
    data = read_data_set(tmp_path / "set")
    recipe = read(ContinuedRecipe, "corrections", (), OURS)
    continue_model(
        recipe,
        str(tmp_path / "one"),
        [data],
        tmp_path / "two",
        version="2",
        device=CPU,
        cache=tmp_path / "seen",
    )
    unseen = {"yellow.png": disc(YELLOW, 0.8, seed=77), "red.png": bird("Cardinal", 0.8, seed=77)}
    before, after = (named(tmp_path / model, unseen, tmp_path / "unseen") for model in ("one", "two"))
    assert before["yellow.png"] != "American Goldfinch"
    assert after == {"yellow.png": "American Goldfinch", "red.png": "Cardinal"}
