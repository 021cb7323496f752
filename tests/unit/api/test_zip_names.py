"""Names of archive entries in the encodings that people's systems write."""

import unicodedata
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.names import clean_name
from api.intake.zip_names import legacy_encoding, legacy_name, stated_name

NAMES = {
    "cp850": [
        ["Vögel/Grünfink.jpg", "Vögel/Mönchsgrasmücke.jpg"],
        ["Été 2023/Mésange à longue queue.jpg"],
        ["España/Águila.jpg", "España/Ñandú.jpg"],
        ["São João/pássaro.jpg"],
        ["Fåglar/Blåmes.jpg", "Fåglar/Kungsörn.jpg"],
        ["Fugle/Rødhals.jpg", "Fugle/Gærdesmutte.jpg"],
    ],
    "cp852": [["Ptaki/Żółw.jpg", "Ptaki/łąka.jpg"], ["Ptáci/Ledňáček říční.jpg"]],
    "cp866": [["птицы/Зимородок.jpg", "птицы/Синица.jpg"], ["Птахи/Їжак.jpg"]],
    "cp932": [["野鳥/カワセミ.jpg"], ["写真/表.jpg"], ["ソウシチョウ.jpg", "能登/ヒヨドリ.jpg"]],
    "gbk": [["鸟类/翠鸟.jpg", "照片/麻雀.jpg"]],
    "big5": [["鳥類/翠鳥.jpg", "照片/麻雀.jpg"]],
    "cp949": [["새사진/물총새.jpg"]],
    "cp1252": [["Vögel/Grünfink.jpg", "Mädchen.jpg"]],
    "cp1251": [["птицы/Зимородок.jpg"]],
}


def read(raw_names: list[bytes]) -> list[str]:
    encoding = legacy_encoding(name for name in raw_names if stated_name(name, b"") is None)
    return [stated_name(name, b"") or legacy_name(name, encoding) for name in raw_names]


def unicode_path(raw: bytes, name: str, *, version: int = 1) -> bytes:
    content = bytes([version]) + zlib.crc32(raw).to_bytes(4, "little") + name.encode()
    return b"\x75\x70" + len(content).to_bytes(2, "little") + content


@pytest.mark.parametrize(
    ("encoding", "names"), [(encoding, names) for encoding, sets in NAMES.items() for names in sets]
)
def test_the_encoding_is_found_by_all_names_together(encoding: str, names: list[str]) -> None:
    assert read([name.encode(encoding) for name in names]) == names


def test_one_name_from_elsewhere_does_not_spoil_the_others() -> None:
    names = [f"野鳥/カワセミ{number}.jpg" for number in range(5)]
    assert read([b"\xff\xfe.jpg", *(name.encode("cp932") for name in names)])[1:] == names


def test_a_backslash_inside_of_a_character_is_no_separator() -> None:
    [name] = read(["写真/ソウシチョウ_ソ表能.jpg".encode("cp932")])
    assert clean_name(name).split("/") == ["写真", "ソウシチョウ_ソ表能.jpg"]


def test_the_unicode_path_is_taken_where_it_belongs_to_the_name() -> None:
    raw = "птицы.jpg".encode("cp866")
    time = b"UT\x05\x00\x03abcd"
    assert stated_name(raw, time + unicode_path(raw, "Птицы.jpg")) == "Птицы.jpg"
    assert stated_name(b"_____.jpg", unicode_path(b"_____.jpg", "птицы.jpg")) == "птицы.jpg"
    assert stated_name(b"renamed.jpg", unicode_path(b"_____.jpg", "птицы.jpg")) == "renamed.jpg"
    assert stated_name(raw, unicode_path(raw, "Птицы.jpg", version=2)) is None


@given(st.binary(min_size=1, max_size=60), st.binary(max_size=60))
def test_any_bytes_are_a_name_and_any_field_is_survived(raw: bytes, extra: bytes) -> None:
    name = stated_name(raw, extra) or legacy_name(raw, legacy_encoding([raw]))
    assert clean_name(name)
    assert unicodedata.is_normalized("NFC", clean_name(name))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
def test_utf8_is_read_as_it_was_written_whatever_the_flag_says(name: str) -> None:
    assert stated_name(name.encode(), b"") == name
