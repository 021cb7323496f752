"""Whatever a species is called, its folder is a folder, its own, and read by the trainer."""

from pathlib import Path

import pytest

from api.cli.dataset.classes import safe_name, species_folders
from trainer.data.data_set import read_data_set

HOSTILE = (
    "../../etc/passwd", "..", ".", "/", "", " ", "a/b", "a\\b", "C:\\x", "con", "NUL.txt", "@eaDir",
    ".hidden", "__MACOSX", "x" * 300, "é" * 300, "a\x00b", "a\nb", "tail.", "tail ", "notbird", "=1+1",
    "Ünïcödé", "💥", "<b>", "a|b", "'; drop table photos; --",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_a_folder_within_the_data_set(name: str, tmp_path: Path) -> None:
    root = tmp_path / "set"
    place = root / "train" / safe_name(name)
    place.mkdir(parents=True)
    assert place.parent.resolve() == place.resolve().parent
    (place / "photo.jpg").touch()
    assert len(read_data_set(root).examples) == 1


def test_names_of_one_species_share_a_folder_and_others_never_do() -> None:
    names = [
        ("Gray Jay", "Perisoreus canadensis"), ("Canada Jay", "Perisoreus canadensis"), ("canada jay", None),
        ("P/Q", "Aus bus"), ("P:Q", "Cus dus"), ("p-q", "Eus fus"), *((name, None) for name in HOSTILE),
    ]  # fmt: skip
    found = species_folders(names)
    assert found["Gray Jay", "Perisoreus canadensis"] == found["canada jay", None] == "Canada Jay"
    others = [folder.casefold() for name, folder in found.items() if "jay" not in name[0].casefold()]
    assert len(set(others)) == len(others) == len(names) - 3
