from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import save, save_file
from timm.data import ImageNetInfo, create_transform, resolve_model_data_config

from shared.errors import BirdsError, Code
from shared.photo.decode import decode
from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import read_bundle
from shared.vision.loading import LoadedModel, load
from shared.vision.sources import timm_hub
from shared.vision.sources.imagenet import birds, imagenet_classes
from shared.vision.sources.starter import VERSION, starter
from tests.support.hub import put_into_cache
from worker.engines.choose import choose

PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "birds525" / "test"
KNOWN = {
    "AMERICAN FLAMINGO": "Flamingo",
    "BALD EAGLE": "Bald Eagle",
    "BLACK SWAN": "Black Swan",
    "GREAT GRAY OWL": "Great Grey Owl",
    "HOUSE FINCH": "House Finch",
    "INDIGO BUNTING": "Indigo Bunting",
    "LIMPKIN": "Limpkin",
    "OSTRICH": "Ostrich",
}
"""Folders of real photos whose species the starter can name."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the starter."""
    return starter(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def model(folder: Path) -> LoadedModel:
    return load(folder)


@pytest.fixture(scope="module")
def photos() -> list[Path]:
    if not PHOTOS.is_dir():
        pytest.skip("no real photos here")
    return [path for name in KNOWN for path in sorted((PHOTOS / name).glob("*.jpg"))[:1]]


@pytest.mark.parametrize(
    ("subset", "count"),
    [("imagenet-1k", 59), ("imagenet-12k", 689), ("imagenet-22k", 856), ("imagenet-22k-ms", 856)],
)
def test_birds_among_the_imagenets(subset: str, count: int) -> None:
    info = ImageNetInfo(subset)
    classes = imagenet_classes(info)
    assert len(classes) == info.num_classes()
    assert sum(one.is_bird for one in classes) == count


def test_birds_of_imagenet_1k_are_where_they_are_known_to_be() -> None:
    places = [index for index, one in enumerate(imagenet_classes(ImageNetInfo("imagenet-1k"))) if one.is_bird]
    assert places == [*range(7, 25), *range(80, 101), *range(127, 147)]


def test_species_are_the_first_names_in_title_case() -> None:
    for one in birds().values():
        assert one.species
        assert all(word[0].isupper() for word in one.species.replace("-", " ").split())
    assert birds()["n01614925"].species == "Bald Eagle"
    assert birds()["n02007558"].scientific_name == "Phoenicopteridae"


def test_classes_have_the_code_of_their_species() -> None:
    assert birds()["n01614925"].ebird_code == "baleag"
    jackdaw = birds()["n01579578"]
    assert (jackdaw.scientific_name, jackdaw.ebird_code) == ("Coloeus monedula", "eurjac")
    assert birds()["n02007558"].ebird_code is None, "a family has none"
    assert sum(one.ebird_code is not None for one in birds().values()) > 400


def test_the_starter_is_made_once(tmp_path: Path) -> None:
    folder = starter(tmp_path)
    made = (folder / "bundle.json").stat().st_mtime_ns
    assert starter(tmp_path) == folder
    assert (folder / "bundle.json").stat().st_mtime_ns == made
    assert [path.name for path in folder.parent.iterdir()] == [VERSION]


def test_the_starter_names_itself_and_59_birds(model: LoadedModel) -> None:
    assert model.bundle.id == "starter@3"
    assert len(model.bundle.species) == 59
    assert len(model.bundle.classes) == 1000
    assert model.bundle.license == "apache-2.0"


def test_the_starter_answers_as_a_plain_timm_script_does(
    folder: Path, model: LoadedModel, photos: list[Path]
) -> None:
    network = timm.create_model("tf_efficientnet_lite2").eval()
    network.load_state_dict(model.module.state_dict())
    transform = create_transform(**resolve_model_data_config(network), is_training=False)
    with torch.inference_mode():
        plain = torch.stack([transform(Image.open(path).convert("RGB")) for path in photos])
        expected = network(plain).softmax(1).numpy()
    found = torch.from_numpy(_logits(folder, photos)).softmax(1).numpy()
    assert np.abs(found - expected).max() < 1e-4


def test_the_starter_knows_real_birds(folder: Path, model: LoadedModel, photos: list[Path]) -> None:
    answers = Answerer(model.bundle)(_logits(folder, photos), 1)
    named = [one.predictions[0]["species"] for one in answers if isinstance(one, PhotoAnswer)]
    right = [name == KNOWN[path.parent.name] for name, path in zip(named, photos, strict=True)]
    assert sum(right) >= len(photos) - 1


def _logits(folder: Path, photos: list[Path]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    prepare = read_bundle(folder).input.preprocessing
    images = [
        decode(path.read_bytes(), max_pixels=10**8, min_side=prepare.scaled_side).image for path in photos
    ]
    engine = choose(folder, kind="torch", precision="fp32", batch_size=len(photos)).engine
    return engine.look(np.stack([prepare(image) for image in images])).logits


def test_a_timm_name_becomes_a_bundle(tmp_path: Path) -> None:
    """All but the download: timm reads a safetensors file of the right shape, here with weights by chance."""
    torch.manual_seed(0)
    network = timm.create_model("test_convnext.r160_in1k").eval()
    save_file(network.state_dict(), tmp_path / "model.safetensors")
    timm_hub.build("test_convnext.r160_in1k", tmp_path / "model.safetensors", tmp_path / "made", "mit")
    made = load(tmp_path / "made")
    assert (made.bundle.name, made.bundle.license) == ("test_convnext.r160_in1k", "mit")
    assert made.bundle.input.size == 160
    assert len(made.bundle.species) == 59
    picture = torch.zeros(1, 3, 160, 160)
    with torch.inference_mode():
        assert torch.equal(made.module(picture), network(picture))


def test_a_timm_model_has_the_license_of_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    weights = save(timm.create_model("test_convnext.r160_in1k").state_dict())
    card = b"---\nlicense: cc-by-nc-4.0\n---\n"
    files = {"model.safetensors": weights, "README.md": card}
    put_into_cache(tmp_path / "hub", "timm/test_convnext.r160_in1k", files)
    made = read_bundle(timm_hub.timm_model("test_convnext.r160_in1k", tmp_path / "models"))
    stated = timm.get_pretrained_cfg("test_convnext.r160_in1k").license
    assert made.license == (stated or "cc-by-nc-4.0")


def test_pickled_weights_are_never_read(tmp_path: Path) -> None:
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(BirdsError, match="safetensors"):
        timm_hub.build("test_convnext.r160_in1k", tmp_path / "pytorch_model.bin", tmp_path / "made")


def test_an_unknown_timm_name(tmp_path: Path) -> None:
    with pytest.raises(BirdsError, match="is known to timm") as caught:
        timm_hub.timm_model("no_such_network", tmp_path)
    assert caught.value.code is Code.NO_MODEL


def test_a_hub_out_of_reach_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(
        constants, "HF_HUB_OFFLINE", True
    )  # as without internet, less the half minute of retries
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "empty"))
    with pytest.raises(BirdsError, match=r"out of reach.*HF_HOME.*starter") as caught:
        timm_hub.timm_model("convnext_tiny.fb_in22k", tmp_path)
    assert caught.value.code is Code.NO_MODEL
    assert not any(tmp_path.iterdir())
