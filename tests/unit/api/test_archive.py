"""Unpacking archives that nobody vouches for."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
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


@pytest.mark.parametrize("pack", [packed, lambda *entries: piped_zip(entries)])
@pytest.mark.parametrize("outer", [packed, lambda *entries: piped_zip(entries)])
def test_archives_in_archives_are_unpacked_as_in_a_folder(
    pack: Callable[..., bytes], outer: Callable[..., bytes]
) -> None:
    day = pack(("1.jpg", b"one"), ("day/2.jpg", b"two"), ("@eaDir/1.jpg", b"litter"))
    data = outer(("trip/day.zip", day), ("trip/3.jpg", b"three"), ("trip/form.docx", day))
    assert unpacked(data) == (
        {"trip/day/1.jpg": b"one", "trip/day/2.jpg": b"two", "trip/3.jpg": b"three", "trip/form.docx": day},
        None,
    )


def test_an_archive_too_deep_in_others_comes_as_it_is() -> None:
    deepest = packed(("1.jpg", b"one"))
    data, name = deepest, ""
    for level in "cba"[: archive.DEPTH]:
        data, name = packed((f"{level}.zip", data)), f"/{level}{name}"
    assert unpacked(data) == ({f"{name[1:]}.zip": deepest}, None)


def test_a_bad_archive_in_another_is_refused_alone() -> None:
    day = packed(("1.jpg", b"one" * 50), ("2.jpg", b"two"), compression=zipfile.ZIP_STORED)
    cut, flipped = day[: day.index(b"2.jpg") - 20], bytearray(day)
    flipped[flipped.index(b"one") + 5] ^= 1
    none = packed(("folder/", b""))
    data = packed(("cut.zip", cut), ("flipped.zip", bytes(flipped)), ("none.zip", none), ("3.jpg", b"three"))
    assert unpacked(data) == (
        {
            "cut/1.jpg": b"one" * 50,
            "cut.zip": Code.CORRUPT_ARCHIVE,
            "flipped/1.jpg": Code.CORRUPT_ARCHIVE,
            "flipped/2.jpg": b"two",
            "none.zip": Code.EMPTY_FILE,
            "3.jpg": b"three",
        },
        None,
    )


def test_what_is_in_archives_in_archives_counts_together() -> None:
    many = packed(*((f"{number}.jpg", b"x") for number in range(60)))
    assert unpacked(packed(("a.zip", many), ("b.zip", many)))[1] is Code.ARCHIVE_TOO_LARGE  # 100 entries
    large = packed(("1.jpg", bytes(ROOMY.max_bytes * 2 // 3)))
    assert unpacked(packed(("a.zip", large)))[1] is None
    assert unpacked(packed(("a.zip", large), ("b.zip", large)))[1] is Code.ARCHIVE_TOO_LARGE


def test_the_ratio_is_that_of_all_archives_in_each_other() -> None:
    """Each blows up a little, and all together much."""
    zeros = packed(*((f"{number}.jpg", bytes(300_000)) for number in range(20)))
    limits = replace(ROOMY, max_entries=1000, max_bytes=10**9, max_ratio=2000)
    copies = [(f"{number}.zip", zeros) for number in range(40)]
    assert unpacked(zeros, limits)[1] is None
    assert unpacked(packed(*copies, compression=zipfile.ZIP_STORED), limits)[1] is None
    assert unpacked(packed(*copies, compression=zipfile.ZIP_LZMA), limits)[1] is Code.ARCHIVE_TOO_LARGE
