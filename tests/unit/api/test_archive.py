"""Unpacking archives that nobody vouches for."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.intake import archive
from api.intake.archive import ArchiveLimits, unpack
from api.intake.spool import Spool
from shared.errors import BirdsError, Code
from tests.support.zips import piped_zip

ROOMY = ArchiveLimits(max_entries=100, max_bytes=10_000_000, max_ratio=100)


SPOOL = Spool(Path("/var/tmp"), 10_000_000)


def packed(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as target:
        for name, data in entries:
            target.writestr(name, data)
    return file.getvalue()


def chunks(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def unpacked(data: bytes, limits: ArchiveLimits = ROOMY) -> tuple[dict[str, bytes | Code], Code | None]:
    """What is in it by name, or what is wrong with it; and what ended the unpacking, if something did."""
    found: dict[str, bytes | Code] = {}
    try:
        for piece in unpack(chunks(data), limits, SPOOL):
            if piece.litter:
                continue
            if piece.problem:
                found[piece.name] = piece.problem.code
            else:
                before = found.get(piece.name, b"")
                assert isinstance(before, bytes)
                found[piece.name] = before + piece.data
    except BirdsError as problem:
        return found, problem.code
    return found, None


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_entries_come_out_as_they_went_in(compression: int) -> None:
    large = bytes(range(256)) * (3 * archive.PIECE // 256)
    data = packed(("a.jpg", b"one"), ("trip/b.jpg", large), ("empty", b""), compression=compression)
    assert unpacked(data) == ({"a.jpg": b"one", "trip/b.jpg": large, "empty": b""}, None)


def test_an_archive_written_to_a_pipe_is_read() -> None:
    data = piped_zip([("a.jpg", b"one"), ("b.jpg", b"two")], zipfile.ZIP_DEFLATED)
    assert unpacked(data) == ({"a.jpg": b"one", "b.jpg": b"two"}, None)


def test_folders_are_passed_over_and_litter_is_told() -> None:
    data = packed(("trip/", b""), ("__MACOSX/._a.jpg", b"x"), ("trip/Thumbs.db", b"x"), ("a.jpg", b"one"))
    pieces = list(unpack(chunks(data), ROOMY, SPOOL))
    assert [(piece.name, piece.litter) for piece in pieces] == [
        ("__MACOSX/._a.jpg", "system"),
        ("trip/Thumbs.db", "thumbnail"),
        ("a.jpg", None),
    ]


@pytest.mark.parametrize("name", ["../a.jpg", "/a.jpg", "C:\\a.jpg", "x/../../a.jpg"])
def test_an_entry_that_leads_elsewhere_is_refused_alone(name: str) -> None:
    found, problem = unpacked(packed(("a.jpg", b"one"), (name, b"evil"), ("z.jpg", b"two")))
    assert (found.pop("a.jpg"), found.pop("z.jpg"), problem) == (b"one", b"two", None)
    assert list(found.values()) == [Code.UNSAFE_ARCHIVE]


def test_a_damaged_entry_is_refused_alone() -> None:
    data = bytearray(packed(("a.jpg", b"one" * 50), ("b.jpg", b"two"), compression=zipfile.ZIP_STORED))
    data[data.index(b"one") + 5] ^= 1
    assert unpacked(bytes(data)) == ({"a.jpg": Code.CORRUPT_ARCHIVE, "b.jpg": b"two"}, None)


def test_an_encrypted_entry_is_unsafe_alone() -> None:
    data = bytearray(packed(("a.jpg", b"one"), ("b.jpg", b"two")))
    data[6] |= 1  # the flag in the local header
    assert unpacked(bytes(data)) == ({"a.jpg": Code.UNSAFE_ARCHIVE, "b.jpg": b"two"}, None)


def test_an_unknown_packing_is_unsupported_alone() -> None:
    data = bytearray(packed(("a.jpg", b"one"), ("b.jpg", b"two")))
    data[8] = 97  # the method in the local header
    assert unpacked(bytes(data)) == ({"a.jpg": Code.UNSUPPORTED_TYPE, "b.jpg": b"two"}, None)


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [(0, 0xDF, Code.CORRUPT_ARCHIVE), (4, 0xFF, Code.UNSUPPORTED_TYPE)],
)
def test_odd_settings_of_lzma_cost_their_own_entry(place: int, value: int, code: Code) -> None:
    """The first one says how the bytes are modelled, the others how much memory unpacking takes."""
    data = bytearray(packed(("a.jpg", bytes(2000)), ("b.jpg", b"two"), compression=zipfile.ZIP_LZMA))
    data[data.index(b"\x05\x00\x5d") + 2 + place] = value
    assert unpacked(bytes(data)) == ({"a.jpg": code, "b.jpg": b"two"}, None)


def test_what_comes_before_the_damage_is_kept() -> None:
    data = packed(("a.jpg", b"one"), ("b.jpg", bytes(1000)))
    cut_in_an_entry, cut_between = data[: data.index(b"b.jpg") + 8], data[: data.index(b"b.jpg") - 20]
    assert unpacked(cut_in_an_entry) == ({"a.jpg": b"one", "b.jpg": Code.CORRUPT_ARCHIVE}, None)
    assert unpacked(cut_between) == ({"a.jpg": b"one"}, Code.CORRUPT_ARCHIVE)


def test_no_archive_at_all_is_corrupt() -> None:
    assert unpacked(b"PK\x03\x04 and nothing more") == ({}, Code.CORRUPT_ARCHIVE)


@pytest.mark.parametrize("entries", [(), (("trip/", b""),)])
def test_an_archive_without_files_is_empty(entries: tuple[tuple[str, bytes], ...]) -> None:
    assert unpacked(packed(*entries)) == ({}, Code.EMPTY_FILE)


def test_too_many_entries_are_too_large() -> None:
    data = packed(*((f"{number}.jpg", b"x") for number in range(4)))
    found, problem = unpacked(data, ArchiveLimits(max_entries=3, max_bytes=1000, max_ratio=100))
    assert (len(found), problem) == (3, Code.ARCHIVE_TOO_LARGE)


def test_too_many_bytes_are_too_large() -> None:
    data = packed(("a.jpg", bytes(600)), ("b.jpg", bytes(600)))
    found, problem = unpacked(data, ArchiveLimits(max_entries=9, max_bytes=1000, max_ratio=100))
    assert (list(found), problem) == (["a.jpg"], Code.ARCHIVE_TOO_LARGE)


def test_a_bomb_is_stopped_by_its_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "RATIO_COUNTS_FROM", 100_000)
    bomb = packed(("a.bmp", bytes(5_000_000)))
    assert unpacked(bomb)[1] is Code.ARCHIVE_TOO_LARGE
    assert unpacked(bomb, ArchiveLimits(max_entries=9, max_bytes=10_000_000, max_ratio=2000))[1] is None


def test_names_from_old_systems_are_read() -> None:
    data = packed(("K_ln.jpg", b"one")).replace(b"K_ln", b"K\x94ln")
    assert unpacked(data) == ({"Köln.jpg": b"one"}, None)
