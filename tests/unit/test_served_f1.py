"""What an export says is compared with what was evaluated."""

import csv
from pathlib import Path

import pytest

from scripts.checks.served_f1 import score


def test_f1_and_who_answered_are_read_from_an_export(tmp_path: Path) -> None:
    rows = [
        ("set/GREAT AUK/1.jpg", "done", "Great Auk", "a@1"),
        ("set/GREAT AUK/2.jpg", "done", "Emu", "b@1"),
        ("set/EMU/1.jpg", "done", "Emu", "b@1"),
        ("set/EMU/2.jpg", "failed", "", ""),
    ]
    path = tmp_path / "answers.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("name", "state", "species", "model"))
        table.writerows(rows)
    photos, f1, models = score(path, ["Emu", "Great Auk"])
    assert (photos, models) == (3, {"a@1": 1, "b@1": 2})
    assert f1 == pytest.approx(2 / 3)


def test_a_folder_means_the_class_that_was_made_of_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(
        "name,state,species,model\n"
        "set/PARAKETT AUKLET/1.jpg,done,Parakeet Auklet,a@1\n"
        "set/EMU/1.jpg,done,Emu,a@1\n"
    )
    assert score(path, ["Emu", "Parakeet Auklet"])[1] == 1.0
