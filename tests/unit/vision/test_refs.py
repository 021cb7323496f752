from pathlib import Path

import pytest

from shared.errors import BirdsError, Code
from shared.vision.refs import (
    DefaultRef,
    FolderRef,
    HubRef,
    ModelRef,
    RegistryRef,
    StarterRef,
    TimmRef,
    parse_ref,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birds525", DefaultRef()),
        ("birds525@1", DefaultRef()),
        ("starter", StarterRef()),
        ("starter@1", StarterRef()),
        ("starter@2", StarterRef()),
        ("timm:convnext_tiny.fb_in22k", TimmRef("convnext_tiny.fb_in22k")),
        ("convnext_tiny.fb_in22k", TimmRef("convnext_tiny.fb_in22k")),
        ("student@3", RegistryRef("student", "3")),
        ("birds26-student@2026.1", RegistryRef("birds26-student", "2026.1")),
        ("hf:timm/vit_b.inat21", HubRef("timm/vit_b.inat21")),
        ("hf:some-one/Birds_2@v1.0", HubRef("some-one/Birds_2", "v1.0")),
        ("hf:some-one/birds@refs/pr/1", HubRef("some-one/birds", "refs/pr/1")),
        ("folder:bundles", FolderRef(Path("bundles"))),
        ("./bundles", FolderRef(Path("bundles"))),
        ("/srv/models/a@b", FolderRef(Path("/srv/models/a@b"))),
    ],
)
def test_references(text: str, expected: ModelRef) -> None:
    assert parse_ref(text) == expected
    assert parse_ref(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "@",
        "a@",
        "hf-hub:x",
        "timm:",
        "timm:../x",
        "hf:",
        "hf:birds",
        "hf:../birds",
        "hf:a/b/c",
        "hf:a/b@",
        "hf:a/b@../x",
        "hf:a/.b",
        "folder:",
        "two words",
        "a@b@c",
    ],
)
def test_nonsense(text: str) -> None:
    with pytest.raises(BirdsError) as caught:
        parse_ref(text)
    assert caught.value.code is Code.INVALID_REQUEST
