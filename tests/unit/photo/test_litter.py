"""Litter is told apart from photos by the names of files and of the folders they are in."""

import json
from importlib.resources import files

import pytest

from shared.photo.litter import LITTER_KINDS, litter_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("@eaDir/IMG_1.JPG/SYNOPHOTO_THUMB_XL.jpg", "thumbnail"),
        ("2024/@EADIR/x.jpg", "thumbnail"),
        (".thumbnails/1.jpg", "thumbnail"),
        ("thumbs.DB", "thumbnail"),
        (".Trashes/501/a.jpg", "trash"),
        (".Trash-1000/files/a.jpg", "trash"),
        ("#recycle/a.jpg", "trash"),
        ("$Recycle.Bin/S-1-5/$RABC.JPG", "trash"),
        ("DCIM/.trashed-1700000000-IMG_7.JPG", "trash"),
        ("#snapshot/yesterday/a.jpg", "copy"),
        ("train/.ipynb_checkpoints/001-checkpoint.jpg", "copy"),
        ("System Volume Information/a.jpg", "system"),
        ("lost+found/#123.jpg", "system"),
        ("__MACOSX/trip/._a.jpg", "system"),
        ("trip/._IMG_0001.JPG", "system"),
        ("desktop.ini", "system"),
        ("trip/Icon\r", "system"),
        (".pending-1700000000-IMG_8.jpg", "unfinished"),
        ("IMG_1.JPG.crdownload", "unfinished"),
        (".hidden.jpg", "hidden"),
        (".cache/deep/er/1.jpg", "hidden"),
        ("@eaDir/._x.jpg", "thumbnail"),
        ("@eaDir/", "thumbnail"),
        ("._line\nbreak.jpg", "system"),
    ],
)
def test_litter_is_known_by_folder_and_by_name(path: str, kind: str) -> None:
    assert litter_of(path) == kind


@pytest.mark.parametrize(
    "path",
    [
        "a.jpg",
        "./a.jpg",
        "../a.jpg",
        "trip//a.jpg",
        "trip/",
        "",
        "eaDir/a.jpg",
        "my #recycle/a.jpg",
        "Thumbs.db.jpg",
        "lost+found.jpg",
        "a._b.jpg",
        "_thumb.jpg",
        "x@eaDir/a.jpg",
        "desktopXini",
        "@eaDir",
    ],
)
def test_what_merely_resembles_it_is_none(path: str) -> None:
    assert litter_of(path) is None


def test_every_pattern_is_of_a_kind_that_can_be_told_and_matches_itself() -> None:
    found = json.loads(files("shared.photo").joinpath("litter.json").read_text("utf-8"))
    assert found["kinds"] == LITTER_KINDS
    for pattern, kind in found["folders"].items():
        assert litter_of(f"{pattern.replace('*', 'x')}/a.jpg") == kind
    for pattern, kind in found["files"].items():
        assert litter_of(pattern.replace("*", "x")) == kind
    assert {*found["folders"].values(), *found["files"].values()} == set(LITTER_KINDS)
