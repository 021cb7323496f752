"""Zip archives as programs other than Python's write them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

UTF8 = 0x800
SIZES_AFTERWARDS = 8


@dataclass(frozen=True)
class RawEntry:
    name: bytes
    data: bytes
    flags: int = 0
    extra: bytes = b""
    deflated: bool = False


def raw_zip(entries: Sequence[RawEntry], *, signed_descriptors: bool = True) -> bytes:
    """Flag 8 writes sizes behind an entry alone, as writers to a pipe do."""
    out = io.BytesIO()
    directory = b""
    for entry in entries:
        start = out.tell()
        method, packed = (8, _deflated(entry.data)) if entry.deflated else (0, entry.data)
        facts = (zlib.crc32(entry.data), len(packed), len(entry.data))
        afterwards = entry.flags & SIZES_AFTERWARDS
        lengths = (len(entry.name), len(entry.extra))
        head = struct.pack("<HHHHH", 20, entry.flags, method, 0, 0x21)
        out.write(b"PK\x03\x04" + head + struct.pack("<III", *((0, 0, 0) if afterwards else facts)))
        out.write(struct.pack("<HH", *lengths) + entry.name + entry.extra + packed)
        if afterwards:
            out.write((b"PK\x07\x08" if signed_descriptors else b"") + struct.pack("<III", *facts))
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<III", *facts)
        directory += struct.pack("<HHHHHII", *lengths, 0, 0, 0, 0, start) + entry.name + entry.extra
    begin = out.tell()
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), begin, 0)
    return out.getvalue() + directory + b"PK\x05\x06" + end


def piped_zip(entries: Sequence[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    """As `zipfile` writes to a pipe."""
    file = _Pipe()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return file.getvalue()


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
