"""What photos are called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.names import MAX_NAME, UNNAMED, clean_name, entry_name, is_unsafe


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("trip/IMG_0042.JPG", "trip/IMG_0042.JPG"),
        ("/trip/IMG.JPG", "trip/IMG.JPG"),
        ("C:\\fake\\IMG.JPG", "C:/fake/IMG.JPG"),
        ("../../etc/./passwd", "etc/passwd"),
        ("a//b", "a/b"),
        ("line\r\nbreak\x00.jpg", "linebreak.jpg"),
        ("", UNNAMED),
        (" / .. / ", UNNAMED),
        ("Ko\u0308ln.jpg", "K\u00f6ln.jpg"),
        ("e\x01\u0301.jpg", "\u00e9.jpg"),
    ],
)
def test_a_name_is_a_tidy_relative_path(raw: str, name: str) -> None:
    assert clean_name(raw) == name


def test_the_end_of_a_long_name_is_kept() -> None:
    name = clean_name("folder/" * 200 + "IMG_0042.JPG")
    assert len(name) <= MAX_NAME
    assert name.endswith("/IMG_0042.JPG")


@given(st.text(max_size=700))
def test_every_text_becomes_a_name(raw: str) -> None:
    name = clean_name(raw)
    assert 0 < len(name) <= MAX_NAME
    assert unicodedata.is_normalized("NFC", name)
    assert clean_name(name) == name
    assert not {"", ".", ".."} & set(name.split("/"))
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name)


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", "C:\\a", "..\\a", "\\\\host\\a"])
def test_paths_that_lead_elsewhere_are_unsafe(name: str) -> None:
    assert is_unsafe(name)


@pytest.mark.parametrize("name", ["a..b/c", "a/b.jpg", "...jpg", "B: a heron.jpg", "a\0b"])
def test_harmless_paths_are_safe(name: str) -> None:
    assert not is_unsafe(name)


@pytest.mark.parametrize(
    ("archive", "entry", "name"),
    [
        ("card.zip", "IMG.JPG", "card/IMG.JPG"),
        ("CamA/card.ZIP", "DCIM\\IMG.JPG", "CamA/card/DCIM/IMG.JPG"),
        ("trip.zip", "trip/IMG.JPG", "trip/IMG.JPG"),
        ("2024/trip.zip", "./trip/IMG.JPG", "2024/trip/IMG.JPG"),
        ("trip.zip", "tripod/IMG.JPG", "trip/tripod/IMG.JPG"),
        ("download", "IMG.JPG", "download/IMG.JPG"),
        ("", "IMG.JPG", "IMG.JPG"),
        (".zip", "IMG.JPG", "IMG.JPG"),
    ],
)
def test_an_entry_is_called_as_if_it_were_unpacked(archive: str, entry: str, name: str) -> None:
    assert entry_name(archive, entry) == name
