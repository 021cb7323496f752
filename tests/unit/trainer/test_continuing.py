"""A model goes on from corrections: it learns what is new, keeps what it knew, and says what it came of."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from shared.objects import ObjectStore
from shared.vision import registry
from shared.vision.bundle import read_bundle
from shared.vision.loading import load
from shared.vision.packing import Packing
from tests.support.colour_model import YELLOW, bird, disc, saved_by_colour
from tests.support.models import CLASSES, saved
from tests.support.stack import Stack
from trainer.__main__ import app
from trainer.card import write_card
from trainer.continuing.classes import continued_classes
from trainer.continuing.head import Lessons, continued_head
from trainer.continuing.recipe import OURS, ContinuedHead, ContinuedRecipe
from trainer.data.data_set import read_data_set
from trainer.evaluation.predict import predict
from trainer.export import export
from trainer.training.photos import rgb
from trainer.training.recipe import read, recipe_names

SECTION = ContinuedHead(penalty=0.01, anchor=0.01, keep=1.0, steps=100, balance=0.0)
WIDTH, KNOWN = 16, 4


def clusters(labels: torch.Tensor, seed: int) -> torch.Tensor:
    """(N, WIDTH): each class around a place of its own."""
    draws = torch.Generator().manual_seed(seed)
    places = 3 * torch.randn(KNOWN + 1, WIDTH, generator=torch.Generator().manual_seed(0))
    return places[labels] + torch.randn(len(labels), WIDTH, generator=draws)


def lessons(labels: torch.Tensor, seed: int) -> Lessons:
    return Lessons(clusters(labels, seed), labels, torch.ones(len(labels)), centred=True)


def taught(classes: int, labels: torch.Tensor) -> torch.nn.Linear:
    """A head for the first classes, from nothing."""
    nothing = torch.nn.Linear(WIDTH, classes)
    torch.nn.init.zeros_(nothing.weight)
    torch.nn.init.zeros_(nothing.bias)
    free = SECTION.model_copy(update={"anchor": 1e-6, "keep": 0.0})
    return continued_head(
        nothing, Lessons(clusters(labels, 1), labels, torch.ones(len(labels)), centred=True), classes, free
    )


def right(head: torch.nn.Linear, labels: torch.Tensor) -> float:
    return float((head(clusters(labels, 2)).argmax(dim=1) == labels).float().mean())


@pytest.fixture(scope="module")
def before() -> torch.nn.Linear:
    return taught(KNOWN, torch.arange(200) % KNOWN)


def test_a_head_learns_a_new_species_and_forgets_none(before: torch.nn.Linear) -> None:
    old, new = torch.arange(200) % KNOWN, torch.full((40,), KNOWN)
    head = continued_head(before, lessons(new, 3), KNOWN + 1, SECTION)
    assert right(before, old) > 0.95
    assert right(head, new) > 0.95
    assert right(head, old) > 0.9  # with a free bias: 0
    assert head.weight.shape == (KNOWN + 1, WIDTH)


def test_what_a_head_was_wrong_about_it_learns_anew(before: torch.nn.Linear) -> None:
    swapped = before.weight[[1, 0, 2, 3]], before.bias[[1, 0, 2, 3]]
    wrong = torch.nn.Linear(WIDTH, KNOWN)
    with torch.no_grad():
        wrong.weight.copy_(swapped[0])
        wrong.bias.copy_(swapped[1])
    labels = torch.arange(100) % 2
    head = continued_head(wrong, lessons(labels, 3), KNOWN, SECTION)
    assert right(wrong, labels) < 0.05
    assert right(head, labels) > 0.95
    assert right(head, 2 + labels) > 0.9


def test_an_anchored_head_stays_where_it_was(before: torch.nn.Linear) -> None:
    new = torch.full((40,), KNOWN)
    tied = SECTION.model_copy(update={"anchor": 1e6})
    head = continued_head(before, lessons(new, 3), KNOWN + 1, tied)
    assert torch.allclose(head.weight[:KNOWN], before.weight, atol=1e-3)


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `birds dataset export` writes it: a species that is new, one that is known, and meadows."""
    folder = tmp_path_factory.mktemp("corrections")
    for split, count in (("train", 8), ("valid", 3)):
        for number in range(count):
            seed = 100 * count + number
            for place, data in (
                (f"{split}/American Goldfinch", disc(YELLOW, seed=seed)),
                (f"{split}/Cardinal", bird("Cardinal", seed=seed)),
                (f"notbird/{split}", bird(None, seed=seed)),
            ):
                (folder / place).mkdir(parents=True, exist_ok=True)
                (folder / place / f"{number}.png").write_bytes(data)
    said = {"complete": True, "version": 3, "digest": "ab" * 32}
    (folder / "dataset.json").write_text(json.dumps(said))
    return folder


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parent")
    saved_by_colour(folder / "model")
    return folder / "model"


def student(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["student", *map(str, arguments)])
    return found.exit_code, found.output


@pytest.mark.parametrize("recipe", ["corrections", "corrections-whole"])
def test_a_model_goes_on_from_an_export(recipe: str, corrections: Path, parent: Path, tmp_path: Path) -> None:
    little = ("network.epochs=1", "network.batch=8", "network.lr=1e-5") if "whole" in recipe else ()
    quick = [part for change in little for part in ("--set", change)]
    status, said = student(recipe, corrections, tmp_path, "--continue", parent, "--version", "2", *quick)
    assert status == 0, said
    model, before = load(tmp_path / "model"), read_bundle(parent)
    bundle = model.bundle
    assert [one.species for one in bundle.classes] == ["Cardinal", "Bluebird", "Meadow", "American Goldfinch"]
    assert bundle.classes[3].scientific_name == "Spinus tristis"
    assert bundle.id == f"{before.name}@2"
    assert (bundle.input, bundle.temperature) == (before.input, before.temperature)
    assert bundle.dataset == f"{corrections.name} version 3 (sha256 abababababab)"
    origin = bundle.recipe["continued"]
    assert (origin["parent"], origin["parent_weights_sha256"]) == (before.id, before.weights_sha256)
    assert (origin["photos"], origin["new_species"]) == (24, ["American Goldfinch"])
    assert (
        f"Goes on from {before.id} (weights' SHA-256 {before.weights_sha256})"
        in write_card(tmp_path / "model", []).read_text()
    )
    (tmp_path / "shown").mkdir()
    shown = {
        "Cardinal": bird("Cardinal", seed=9),
        "Bluebird": bird("Bluebird", seed=9),
        "new": disc(YELLOW, seed=9),
    }
    for name, data in shown.items():
        (tmp_path / "shown" / f"{name}.png").write_bytes(data)
    paths = [tmp_path / "shown" / f"{name}.png" for name in shown]
    guesses = predict(model.module, bundle.input, paths, torch.device("cpu")).argmax(axis=1)
    assert guesses.tolist() == [0, 1, 3]  # a bluebird was in none of the corrections


def test_what_is_packed_stays_so_and_its_networks_stay_as_they_are(
    corrections: Path, parent: Path, tmp_path: Path
) -> None:
    export(parent, tmp_path / "small", Packing.INT8)
    status, said = student("corrections", corrections, tmp_path, "--continue", tmp_path / "small")
    assert status == 0, said
    before, after = (load(folder).module.state_dict() for folder in (tmp_path / "small", tmp_path / "model"))
    head = {name for name in before if before[name].shape != after[name].shape}
    assert len(head) == 2
    assert all(torch.equal(before[name], after[name]) for name in before.keys() - head)
    sizes = [
        (folder / "model.safetensors").stat().st_size for folder in (tmp_path / "small", tmp_path / "model")
    ]
    assert sizes[1] < 1.1 * sizes[0]


async def test_a_published_model_goes_on(
    stack: Stack, objects: ObjectStore, corrections: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("trainer.published.CACHE", tmp_path / "cache")
    saved_by_colour(tmp_path / "first")
    ref = await registry.publish(objects, tmp_path / "first")
    arguments = ("corrections", corrections, tmp_path / "run", "--continue", ref, "--version", "2")
    status, said = await asyncio.to_thread(student, *arguments)
    assert status == 0, said
    assert read_bundle(tmp_path / "run" / "model").recipe["continued"]["parent"] == str(ref)


def test_what_cannot_go_on_says_why(
    corrections: Path, parent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no stack is
    version = read_bundle(parent).version
    for arguments, reason in (
        (("--continue", parent, "--version", version), "another --version"),
        (("--continue", parent, "--teacher", parent), "its own teacher"),
        ((), "--teacher or --continue"),
        (("--continue", "nowhere@1"), "nowhere@1"),
    ):
        status, said = student("corrections", corrections, tmp_path, *arguments)
        assert (status, reason in said) == (2, True), said


def test_a_card_can_tell_of_a_bird_score_that_was_handed_on(tmp_path: Path) -> None:
    saved(tmp_path, classes=CLASSES[:2], bird_score={"middle": 0.0, "slope": 1.0})
    assert "was not measured.\n" in write_card(tmp_path, []).read_text()


def test_an_export_that_was_ended_early_is_refused(corrections: Path, tmp_path: Path) -> None:
    (tmp_path / "train" / "Wren").mkdir(parents=True)
    (tmp_path / "train" / "Wren" / "1.jpg").touch()
    said = json.loads((corrections / "dataset.json").read_text())
    (tmp_path / "dataset.json").write_text(json.dumps(said | {"complete": False}))
    with pytest.raises(ValueError, match="not exported to its end"):
        read_data_set(tmp_path)


def test_photos_without_birds_are_of_the_split_that_they_lie_in(corrections: Path) -> None:
    data = read_data_set(corrections)
    assert {path.parent.name for path in data.no_birds_learned} == {"train"}
    assert {path.parent.name for path in data.no_birds_measured} == {"valid"}


def test_a_known_species_keeps_its_place_whatever_a_folder_calls_it(parent: Path, tmp_path: Path) -> None:
    for name in ("CARDINAL", "OSPREY"):
        (tmp_path / "train" / name).mkdir(parents=True)
        (tmp_path / "train" / name / "1.jpg").touch()
    classes = continued_classes(read_bundle(parent), [read_data_set(tmp_path)])
    assert (classes.known, classes.no_bird, classes.new) == (3, 2, ["Osprey"])


def test_learned_photos_are_upright_as_served_ones_are(tmp_path: Path) -> None:
    picture = Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    picture.save(tmp_path / "turned.png", exif=exif)
    assert rgb(tmp_path / "turned.png").size == (3, 4)


@pytest.mark.parametrize("name", recipe_names(OURS))
def test_recipes_can_be_followed(name: str) -> None:
    assert read(ContinuedRecipe, name, (), OURS).head.steps > 0
