import json
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save

from shared.errors import BirdsError, Code
from shared.vision.loading import load
from shared.vision.refs import HubRef, parse_ref
from shared.vision.sources.hub import license_in, look_up
from shared.vision.sources.hub_model import hub_model
from tests.support.hub import CARD, COMMIT, LABELS, config, hub_server, network, put_into_cache, repository
from tests.support.processes import free_port

REF = HubRef("someone/birds-of-here")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache of a machine without internet, empty."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def refusal(ref: HubRef, models: Path) -> str:
    with pytest.raises(BirdsError) as caught:
        hub_model(ref, models)
    assert caught.value.code is Code.NO_MODEL
    assert [path for path in models.rglob("*") if path.is_file()] == []
    return caught.value.detail


def test_a_repository_becomes_a_bundle(cache: Path, tmp_path: Path) -> None:
    put_into_cache(cache, REF.repository, repository())
    made = load(hub_model(REF, tmp_path / "models"))
    bundle = made.bundle
    assert (bundle.name, len(bundle.version)) == ("birds-of-here", 12)
    assert bundle.license == "cc-by-nc-4.0"
    assert bundle.origin == f"hf:someone/birds-of-here@{COMMIT}"
    assert [(one.species, one.is_bird) for one in bundle.classes] == [
        ("Northern Raven", True), ("Puma Concolor", False), ("Mallard", True),
    ]  # fmt: skip
    assert (bundle.input.size, bundle.input.interpolation, bundle.input.crop_pct) == (64, "bilinear", 0.95)
    photo = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.equal(made.module(photo), network()(photo))


def test_weights_without_their_card_are_as_good(cache: Path, tmp_path: Path) -> None:
    files = repository()
    del files["README.md"]
    put_into_cache(cache, REF.repository, files)
    assert load(hub_model(REF, tmp_path / "models")).bundle.license is None


def test_it_is_made_once_and_then_needs_no_hub(cache: Path, tmp_path: Path) -> None:
    put_into_cache(cache, REF.repository, repository())
    folder = hub_model(REF, tmp_path / "models")
    cache.rename(tmp_path / "gone")
    assert hub_model(REF, tmp_path / "models") == folder


@pytest.mark.parametrize("revision", ["v1.0", "refs/pr/1", COMMIT])
def test_a_revision(cache: Path, tmp_path: Path, revision: str) -> None:
    ref = parse_ref(f"hf:{REF.repository}@{revision}")
    assert isinstance(ref, HubRef)
    put_into_cache(cache, REF.repository, repository(), revision.replace("/", "%"))
    (cache / "models--someone--birds-of-here" / "refs" / "refs" / "pr").mkdir(parents=True)
    (cache / "models--someone--birds-of-here" / "refs" / "refs" / "pr" / "1").write_text(COMMIT)
    assert load(hub_model(ref, tmp_path / "models")).bundle.origin == f"hf:{REF.repository}@{COMMIT}"


def test_the_old_form_of_config_json(cache: Path, tmp_path: Path) -> None:
    new = config()
    flat = {"architecture": new["architecture"], "num_classes": 3, "labels": LABELS} | new["pretrained_cfg"]
    put_into_cache(cache, REF.repository, repository() | {"config.json": json.dumps(flat).encode()})
    bundle = load(hub_model(REF, tmp_path / "models")).bundle
    assert (bundle.species, bundle.input.size) == (("Northern Raven", "Mallard"), 64)


def test_labels_by_number_with_descriptions(cache: Path, tmp_path: Path) -> None:
    names = {"2": "c", "0": "a", "1": "b"}
    described = {"a": "Blue Jay", "b": "Mallard", "c": "a tree"}
    put_into_cache(cache, REF.repository, repository(label_names=names, label_descriptions=described))
    classes = load(hub_model(REF, tmp_path / "models")).bundle.classes
    assert [one.species for one in classes] == ["Blue Jay", "Mallard", "A Tree"]


def test_arguments_that_change_the_network_are_kept(cache: Path, tmp_path: Path) -> None:
    arguments = {"act_layer": "relu", "drop_rate": 0.2, "in_chans": 3, "num_classes": 3, "global_pool": None}
    files = repository(model_args=arguments)
    put_into_cache(cache, REF.repository, files | {"model.safetensors": save(network().state_dict())})
    made = load(hub_model(REF, tmp_path / "models"))
    assert made.bundle.architecture_arguments == {"act_layer": "relu"}
    assert any(isinstance(part, torch.nn.ReLU) for part in made.module.modules())


def test_a_transformer_at_a_size_of_its_own(cache: Path, tmp_path: Path) -> None:
    spec = config()["pretrained_cfg"] | {"fixed_input_size": True}
    weights = network(model_name="test_vit", img_size=64).state_dict()
    files = repository(architecture="test_vit", model_args=None, pretrained_cfg=spec)
    put_into_cache(cache, REF.repository, files | {"model.safetensors": save(weights)})
    made = load(hub_model(REF, tmp_path / "models"))
    assert made.bundle.architecture_arguments == {"img_size": 64}
    assert made.module(torch.zeros(1, 3, 64, 64)).shape == (1, 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"architecture": None}, "no model in timm's format"),
        ({"architecture": "no_such_network"}, "timm knows no model 'no_such_network'"),
        ({"architecture": "hf-hub:someone/else"}, "architecture"),
        ({"num_classes": "many"}, "num_classes"),
        ({"label_names": None}, "no label_names"),
        ({"label_names": LABELS[:2]}, "2 label_names for 3 classes"),
        ({"label_names": {"0": "a", "1": "b", "3": "c"}}, "leave out"),
        ({"label_names": ["cat", "dog", "puma"]}, "none of its labels is a bird"),
        ({"model_args": {"checkpoint_path": "/etc/passwd"}}, "checkpoint_path"),
        ({"model_args": {"in_chans": 1}}, "three colours"),
        ({"pretrained_cfg": {"input_size": [1, 64, 64]}}, "1 channels"),
        ({"pretrained_cfg": {"input_size": [3, 64, 96]}}, "96 x 64"),
        ({"pretrained_cfg": {"interpolation": "magic"}}, "interpolation"),
        ({"pretrained_cfg": {"std": [0.5, 0, 0.5]}}, "std"),
        ({"pretrained_cfg": "none"}, "pretrained_cfg"),
        ({"architecture": "test_resnet"}, "cannot be built"),
        ({"num_classes": 2, "label_names": LABELS[::2]}, "cannot be built"),
    ],
)
def test_what_is_wrong_with_a_repository_is_said(
    cache: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    put_into_cache(cache, REF.repository, repository(**changes))
    detail = refusal(REF, tmp_path / "models")
    assert "hf:someone/birds-of-here" in detail
    assert said in detail


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "config.json"),
        (b"\xff\xfe", "config.json"),
        (b"[1, 2]", "config.json"),
        (b"[" * 100_000, "config"),
    ],
)
def test_a_config_that_is_none(cache: Path, tmp_path: Path, content: bytes, said: str) -> None:
    put_into_cache(cache, REF.repository, repository() | {"config.json": content})
    assert said in refusal(REF, tmp_path / "models")


def test_damaged_weights(cache: Path, tmp_path: Path) -> None:
    put_into_cache(cache, REF.repository, repository() | {"model.safetensors": b"something else"})
    assert "cannot be built" in refusal(REF, tmp_path / "models")


def test_a_hub_out_of_reach(cache: Path, tmp_path: Path) -> None:
    assert "out of reach" in refusal(REF, tmp_path / "models")


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hub's own client, before a server that answers as the hub does."""
    whole = repository()
    repositories = {
        "someone/whole": whole,
        "someone/no-config": {"README.md": CARD},
        "someone/pickle": {"config.json": whole["config.json"], "pytorch_model.bin": b"x"},
        "someone/no-card": {name: whole[name] for name in ("config.json", "model.safetensors")},
    }
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with hub_server(repositories, gated=frozenset({"someone/gated"})) as address:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}"
        )
        yield


@pytest.mark.usefixtures("served")
def test_a_repository_is_downloaded(tmp_path: Path) -> None:
    bundle = load(hub_model(HubRef("someone/whole"), tmp_path / "models")).bundle
    assert (bundle.origin, bundle.license) == (f"hf:someone/whole@{COMMIT}", "cc-by-nc-4.0")


@pytest.mark.usefixtures("served")
def test_a_repository_without_a_card_states_no_license(tmp_path: Path) -> None:
    assert load(hub_model(HubRef("someone/no-card"), tmp_path / "models")).bundle.license is None


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (HubRef("someone/nothing"), ["no repository someone/nothing", "HF_TOKEN"]),
        (HubRef("someone/gated"), ["terms", "HF_TOKEN"]),
        (HubRef("someone/whole", "v9"), ["no revision v9"]),
        (HubRef("someone/no-config"), ["has no config.json"]),
        (HubRef("someone/pickle"), ["has no model.safetensors"]),
    ],
)
def test_what_the_hub_refuses_is_said(tmp_path: Path, ref: HubRef, said: list[str]) -> None:
    detail = refusal(ref, tmp_path / "models")
    assert all(part in detail for part in said), detail


@pytest.mark.usefixtures("served")
def test_a_look_up_tells_the_commit_and_the_license() -> None:
    pinned = HubRef("someone/whole", COMMIT)
    assert look_up(HubRef("someone/whole")) == look_up(pinned) == (pinned, "cc-by-nc-4.0")
    with pytest.raises(BirdsError, match="no revision v9"):
        look_up(HubRef("someone/whole", "v9"))
    with pytest.raises(BirdsError, match="no repository someone/nothing"):
        look_up(HubRef("someone/nothing"))


@pytest.mark.usefixtures("cache")
def test_a_look_up_of_a_hub_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BirdsError, match="out of reach"):
        look_up(REF)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(BirdsError, match="out of reach"):
        look_up(REF)


@pytest.mark.parametrize(
    ("card", "license"),
    [
        (CARD, "cc-by-nc-4.0"),
        (b"---\nlicense: other\nlicense_name: birders-only\n---\n", "birders-only"),
        (b"---\nlicense: other\n---\n", "other"),
        (b"---\nlicense: [mit, apache-2.0]\n---\n", "mit, apache-2.0"),
        (b"# No front matter", None),
        (b"---\ntags: [timm]\n---\n", None),
        (b"---\n- a list\n---\n", None),
        (b"---\nlicense: [\n---\n", None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_a_cards_license(tmp_path: Path, card: bytes, license: str | None) -> None:
    (tmp_path / "README.md").write_bytes(card)
    assert license_in(tmp_path / "README.md") == license
