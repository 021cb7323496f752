"""Archives that can be read only from their end, or in which something is damaged."""

import random
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.archive import ArchiveLimits, unpack
from api.intake.spool import Spool
from shared.errors import BirdsError, Code
from tests.support.zips import SIZES_AFTERWARDS, UTF8, RawEntry, piped_zip, raw_zip

LIMITS = ArchiveLimits(max_entries=100, max_bytes=10_000_000, max_ratio=100)
SPOOL = Spool(Path("/var/tmp"), 10_000_000)
LARGE = random.Random(1).randbytes(600_000)  # several pieces

Found = list[tuple[str, bytes | Code | str]]


def unpacked(data: bytes, spool: Spool = SPOOL, limits: ArchiveLimits = LIMITS, chunk: int = 1000) -> Found:
    """Every entry with its bytes, why it is refused, or the kind of litter; at last what ended all."""
    chunks = (data[start : start + chunk] for start in range(0, len(data), chunk))
    found: Found = []
    held = b""
    try:
        for piece in unpack(chunks, limits, spool):
            held += piece.data
            if piece.last:
                problem = piece.problem.code if piece.problem else None
                found.append((piece.name, problem or piece.litter or held))
                held = b""
    except BirdsError as problem:
        found.append(("", problem.code))
    return found


def streamed(*names: str, deflated: bool = False) -> list[RawEntry]:
    """Entries with different bytes, whose sizes stand behind them."""
    return [
        RawEntry(name.encode(), name.encode() * 50, SIZES_AFTERWARDS, deflated=deflated) for name in names
    ]


def whole(entries: Sequence[RawEntry]) -> Found:
    return [(entry.name.decode(), entry.data) for entry in entries]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("chunk", [1, 1000, 1_000_000])
def test_stored_entries_with_sizes_behind_them_are_read(signed: bool, chunk: int) -> None:
    entries = streamed("Trip/1.jpg", "Trip/2.jpg", "Trip/3.jpg")
    assert unpacked(raw_zip(entries, signed_descriptors=signed), chunk=chunk) == whole(entries)


def test_an_archive_in_an_archive_does_not_mislead() -> None:
    inner = raw_zip(streamed("inner.jpg"))
    entries = [RawEntry(b"inner.odt", inner, SIZES_AFTERWARDS), *streamed("a.jpg")]
    assert unpacked(raw_zip(entries)) == whole(entries)
    data = raw_zip(entries)
    cut = data[: data.rindex(b"PK\x05\x06")]  # the inner one's end is the only one now
    assert unpacked(cut) == [*whole(entries), ("", Code.CORRUPT_ARCHIVE)]


def test_what_python_writes_to_a_pipe_is_read_with_all_its_pieces() -> None:
    entries = [("a.jpg", b"one"), ("large.jpg", LARGE), ("empty", b"")]
    assert unpacked(piped_zip(entries)) == entries


def test_only_what_is_needed_is_kept_and_given_back() -> None:
    """Entries before the first one that needs the end take no room."""
    entries = [RawEntry(b"large.jpg", LARGE), *streamed("a.jpg", "b.jpg")]
    spool = Spool(Path("/var/tmp"), 5_000)
    for _ in range(3):
        assert unpacked(raw_zip(entries), spool) == whole(entries)
    too_much = [*entries, RawEntry(b"other.jpg", LARGE)]
    assert unpacked(raw_zip(too_much), spool) == [*whole(entries[:1]), ("", Code.ARCHIVE_TOO_LARGE)]
    assert unpacked(raw_zip(entries), spool) == whole(entries)


def test_room_that_others_take_is_waited_for_by_the_client() -> None:
    spool = Spool(Path("/var/tmp"), 5_000)
    with spool.kept([bytes(4_900)], 0):
        assert unpacked(raw_zip(streamed("a.jpg")), spool) == [("", Code.UNAVAILABLE)]
    assert unpacked(raw_zip(streamed("a.jpg")), spool) == whole(streamed("a.jpg"))


def test_a_disk_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "gone", 5_000)
    assert unpacked(raw_zip(streamed("a.jpg")), spool) == [("", Code.UNAVAILABLE)]


def test_what_the_network_raises_is_no_fault_of_the_disk() -> None:
    def broken() -> Iterator[bytes]:
        yield raw_zip(streamed("a.jpg"))[:100]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        list(unpack(broken(), LIMITS, SPOOL))


def test_a_cut_archive_without_sizes_gives_all_that_is_whole() -> None:
    """A download that broke off."""
    entries = streamed("1.jpg", "2.jpg", "3.jpg")
    data = raw_zip(entries)
    cut = data[: data.index(b"3.jpg") + 40]
    assert unpacked(cut) == [*whole(entries[:2]), ("3.jpg", Code.CORRUPT_ARCHIVE)]


@pytest.mark.parametrize("flags", [0, SIZES_AFTERWARDS])
def test_entries_after_a_damaged_one_are_found(flags: int) -> None:
    entries = [RawEntry(b"%d.jpg" % n, LARGE[:5000], flags, deflated=True) for n in range(4)]
    data = bytearray(raw_zip(entries))
    at = data.index(b"1.jpg") + 100
    data[at : at + 50] = bytes(50)
    expected = whole(entries)
    expected[1] = ("1.jpg", Code.CORRUPT_ARCHIVE)
    assert unpacked(bytes(data)) == expected


def test_a_header_that_is_overwritten_costs_its_own_entry() -> None:
    entries = [RawEntry(b"%d.jpg" % n, LARGE[:500]) for n in range(4)]
    data = bytearray(raw_zip(entries))
    at = data.index(b"1.jpg") - 30
    data[at : at + 4] = b"oops"
    expected = whole(entries)
    expected[1] = ("1.jpg", Code.CORRUPT_ARCHIVE)
    assert unpacked(bytes(data)) == expected


def test_entries_that_overlap_are_refused() -> None:
    """A bomb of one body that many entries share."""
    entries = streamed("a.jpg", "b.jpg", "c.jpg")
    data = bytearray(raw_zip(entries))
    place = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1) + 42
    data[place : place + 4] = struct.pack("<I", 0)  # the second one shares the bytes of the first
    codes = [outcome for _, outcome in unpacked(bytes(data))]
    assert codes.count(Code.UNSAFE_ARCHIVE) == 1
    assert entries[2].data in codes


def test_protections_hold_from_the_end_too() -> None:
    entries = [
        *streamed("a.jpg"),
        RawEntry(b"../evil.jpg", b"x", SIZES_AFTERWARDS),
        RawEntry(b"locked.jpg", b"x", SIZES_AFTERWARDS | 1),
        RawEntry(b"__MACOSX/._a.jpg", b"x", SIZES_AFTERWARDS),
        RawEntry(b"folder/", b"", SIZES_AFTERWARDS),
        *streamed("z.jpg"),
    ]
    assert unpacked(raw_zip(entries)) == [
        *whole(entries[:1]),
        ("../evil.jpg", Code.UNSAFE_ARCHIVE),
        ("locked.jpg", Code.UNSAFE_ARCHIVE),
        ("__MACOSX/._a.jpg", "system"),
        *whole(entries[-1:]),
    ]
    few = ArchiveLimits(max_entries=2, max_bytes=1000, max_ratio=100)
    assert unpacked(raw_zip(streamed("a", "b", "c")), limits=few)[-1] == ("", Code.ARCHIVE_TOO_LARGE)
    small = ArchiveLimits(max_entries=9, max_bytes=100, max_ratio=100)
    assert unpacked(raw_zip(streamed("a", "b", "c")), limits=small)[-1] == ("", Code.ARCHIVE_TOO_LARGE)


def test_one_part_of_several_says_what_to_do() -> None:
    data = bytearray(raw_zip(streamed("a.jpg")))
    end = data.rindex(b"PK\x05\x06")
    data[end + 4 : end + 8] = b"\x01\x00\x01\x00"
    assert unpacked(bytes(data)) == [("", Code.UNSUPPORTED_TYPE)]


def test_an_archive_that_says_it_is_larger_than_its_fields_is_read() -> None:
    """Zip64: sizes in a field of their own."""
    sizes = struct.pack("<HHQQ", 1, 16, 150, 150)
    entry = RawEntry(b"a.jpg", b"one" * 50, extra=sizes)
    data = bytearray(raw_zip([entry]))
    for header, place in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        at = data.index(header) + place
        data[at : at + 8] = b"\xff" * 8
    assert unpacked(bytes(data)) == whole([entry])


def test_a_directory_in_the_form_of_zip64_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)  # above it, `zipfile` takes that form
    entries = [("a.jpg", b"one"), ("b.jpg", b"two")]
    data = piped_zip(entries)
    assert b"PK\x06\x06" in data
    assert unpacked(data) == entries


def test_names_are_weighed_together_and_none_is_lost() -> None:
    names = ["野鳥/カワセミ_ソ.jpg", "IMG_1.jpg", "野鳥/表.jpg"]
    entries = [RawEntry(name.encode("cp932"), name.encode()) for name in names]
    assert unpacked(raw_zip(entries)) == [(name, name.encode()) for name in names]
    lying = [RawEntry(b"\xff\xfe.jpg", b"one", UTF8), RawEntry(b"b.jpg", b"two", UTF8)]
    assert [outcome for _, outcome in unpacked(raw_zip(lying))] == [b"one", b"two"]


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=30), st.binary(max_size=20)), min_size=1, max_size=5)
)
def test_every_entry_is_told_whatever_its_name_and_fields_are(named: list[tuple[bytes, bytes]]) -> None:
    entries = [
        RawEntry(b"x" + name + b"x", b"%d" % number, SIZES_AFTERWARDS * (number % 2), extra)
        for number, (name, extra) in enumerate(named)
    ]
    told = [outcome for _, outcome in unpacked(raw_zip(entries))]
    assert len(told) == len(entries)
    assert all(
        outcome in (entry.data, Code.UNSAFE_ARCHIVE) or isinstance(outcome, str)
        for outcome, entry in zip(told, entries, strict=True)
    )


@given(st.randoms(use_true_random=False), st.booleans())
def test_no_damage_raises_anything_else(dice: random.Random, afterwards: bool) -> None:
    """Bytes changed at random: entries come whole or are refused, and nothing else happens."""
    flags = SIZES_AFTERWARDS if afterwards else 0
    entries = [RawEntry(b"%d.jpg" % n, LARGE[n * 40 : n * 40 + 40], flags, deflated=n == 2) for n in range(4)]
    data = bytearray(raw_zip(entries))
    for _ in range(dice.randrange(1, 6)):
        data[dice.randrange(4, len(data))] = dice.randrange(256)
    if dice.random() < 0.3:
        del data[dice.randrange(4, len(data)) :]
    # Where "sizes come afterwards" is lost, an entry is empty: told as of any empty file.
    good = {entry.data for entry in entries} | {b""}
    for _, outcome in unpacked(bytes(data)):
        assert isinstance(outcome, str) or outcome in good
