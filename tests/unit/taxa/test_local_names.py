"""A table of names in other languages, as whoever runs the server puts it there."""

from pathlib import Path

import pytest

from api.taxa.local_names import read_local_names
from shared.errors import BirdsError

TABLE = """family\tscientific_name\tGerman\tSpanish
x\tArdea cinerea\tGraureiher\tGarza Real; Garza gris
x\tArdea herodias\tKanadareiher\t
x\tDraco volans\tDrache\tdragón
"""


def read(folder: Path, table: bytes) -> dict[str, list[str]]:
    path = folder / "names.tsv"
    path.write_bytes(table)
    return {bird: list(names) for bird, names in read_local_names(path).items()}


def test_each_column_is_a_language_and_a_cell_may_hold_several_names(tmp_path: Path) -> None:
    assert read(tmp_path, TABLE.replace("family\t", "").replace("x\t", "").encode()) == {
        "Ardea cinerea": ["Graureiher", "Garza Real", "Garza gris"],
        "Ardea herodias": ["Kanadareiher"],
    }


def test_it_may_have_been_saved_by_a_spreadsheet(tmp_path: Path) -> None:
    table = b"\xef\xbb\xbf" + b"German\tscientific_name\r\nGraureiher\tArdea cinerea\r\n\r\n"
    assert read(tmp_path, table) == {"Ardea cinerea": ["Graureiher"]}


@pytest.mark.parametrize(
    ("table", "said"),
    [(b"", "names no column"), (b"German\tSpanish\n", "names no column"), (b"\xff\xfe", "not UTF-8")],
)
def test_what_is_no_such_table_is_told(tmp_path: Path, table: bytes, said: str) -> None:
    with pytest.raises(BirdsError, match=said):
        read(tmp_path, table)


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BirdsError, match="No such file"):
        read_local_names(tmp_path / "none.tsv")
