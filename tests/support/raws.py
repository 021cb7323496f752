"""Camera raw files as cameras lay them out, with a preview or a sensor that tests draw."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from tests.support.pictures import a_photo

Value = int | str | bytes | tuple[int, ...] | tuple[tuple[int, int], ...]
TAKEN = "2024:05:06 07:08:09"
PREVIEW_SIZE = (640, 480)
EXIF, GPS, SUB = 34665, 34853, 330
PLACE: Mapping[int, Value] = {1: "N", 2: ((52, 1), (30, 1), (0, 1)), 3: "E", 4: ((13, 1), (24, 1), (0, 1))}


@dataclass
class Ifd:
    """A directory of a TIFF; `pixels` stand behind it, and `blob_tags` (offset, length) point at them."""

    tags: dict[int, Value] = field(default_factory=dict)
    blob: bytes = b""
    blob_tags: tuple[int, int] = (273, 279)
    below: dict[int, list["Ifd"]] = field(default_factory=dict)


def tiff(*ifds: Ifd, order: str = "<", magic: bytes = b"", at: int = 8, mark: bytes = b"") -> bytes:
    """A TIFF of directories that follow each other; `mark` stands between header and directories."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at) + mark)
    out[: len(magic)] = magic
    out += bytes(at - len(out))
    for place, ifd in enumerate(ifds):
        link = _put(out, ifd, order)
        if place + 1 < len(ifds):
            struct.pack_into(f"{order}I", out, link, len(out))
    return bytes(out)


def _put(out: bytearray, ifd: Ifd, order: str) -> int:
    """Returns where the offset of the next one belongs."""
    tags: dict[int, Value] = dict(ifd.tags)
    if ifd.blob:
        tags |= {ifd.blob_tags[0]: 0, ifd.blob_tags[1]: len(ifd.blob)}
    tags |= {tag: tuple(0 for _ in below) for tag, below in ifd.below.items()}
    start = len(out)
    out += struct.pack(f"{order}H", len(tags)) + bytes(12 * len(tags) + 4)
    places: dict[int, int] = {}
    for index, (tag, value) in enumerate(sorted(tags.items())):
        kind, count, packed = _packed(value, order)
        entry = start + 2 + 12 * index
        struct.pack_into(f"{order}HHI", out, entry, tag, kind, count)
        places[tag] = entry + 8 if len(packed) <= 4 else len(out)
        if len(packed) <= 4:
            out[entry + 8 : entry + 12] = packed.ljust(4, b"\0")
        else:
            struct.pack_into(f"{order}I", out, entry + 8, len(out))
            out += packed + bytes(len(packed) % 2)
    if ifd.blob:
        struct.pack_into(f"{order}I", out, places[ifd.blob_tags[0]], len(out))
        out += ifd.blob + bytes(len(ifd.blob) % 2)
    for tag, below in ifd.below.items():
        for number, one in enumerate(below):
            struct.pack_into(f"{order}I", out, places[tag] + 4 * number, len(out))
            _put(out, one, order)
    return start + 2 + 12 * len(tags)


def _packed(value: Value, order: str) -> tuple[int, int, bytes]:
    match value:
        case str():
            return 2, len(value) + 1, value.encode() + b"\0"
        case bytes():
            return 7, len(value), value
        case int():
            return 4, 1, struct.pack(f"{order}I", value)
    if isinstance(value[0], tuple):
        return 5, len(value), b"".join(struct.pack(f"{order}II", *pair) for pair in value)  # type: ignore[misc]
    return 4, len(value), struct.pack(f"{order}{len(value)}I", *value)


def camera(maker: str, orientation: int = 1, **more: Value) -> dict[int, Value]:
    return {271: maker, 272: f"{maker} test", 274: orientation, 306: TAKEN}


def facts(position: bool = True) -> dict[int, list[Ifd]]:
    """EXIF's directory, and a place north of Berlin's south."""
    exif = Ifd({36867: TAKEN, 37500: b"maker notes " * 1000})
    return {EXIF: [exif], **({GPS: [Ifd(dict(PLACE))]} if position else {})}


def sensor(size: tuple[int, int] = (64, 48)) -> Ifd:
    """Of 16-bit samples under a colour filter array, not compressed."""
    width, height = size
    return Ifd({254: 0, 256: width, 257: height, 258: 16, 259: 1, 262: 32803}, bytes(2 * width * height))


def jpeg_ifd(jpeg: bytes) -> Ifd:
    return Ifd({254: 1, 259: 6}, jpeg, blob_tags=(513, 514))


def preview(seed: int = 1, size: tuple[int, int] = PREVIEW_SIZE) -> bytes:
    return a_photo(seed, size)


def nef(jpeg: bytes, orientation: int = 1, order: str = ">") -> bytes:
    first = Ifd({254: 1, 256: 160, 257: 120, 259: 1, 262: 2, **camera("NIKON CORPORATION", orientation)})
    first.below = {SUB: [jpeg_ifd(jpeg), sensor()], **facts()}
    return tiff(first, order=order)


def cr2(jpeg: bytes, orientation: int = 1) -> bytes:
    first = Ifd({256: 640, 257: 480, 259: 6, **camera("Canon", orientation)}, jpeg, below=facts())
    thumbnail = Ifd({}, preview(2, (160, 120)), blob_tags=(513, 514))
    return tiff(first, thumbnail, at=16, mark=b"CR\x02\0\0\0\0\0")


def arw(jpeg: bytes, orientation: int = 1) -> bytes:
    first = Ifd(
        {254: 1, 259: 6, **camera("SONY", orientation)}, jpeg, (513, 514), {SUB: [sensor()], **facts()}
    )
    return tiff(first)


def pef(jpeg: bytes, orientation: int = 1) -> bytes:
    first = sensor()
    first.tags |= {259: 65535, **camera("PENTAX", orientation)}
    first.below = facts()
    return tiff(first, jpeg_ifd(jpeg), order=">")


def rw2(jpeg: bytes, orientation: int = 1) -> bytes:
    first = Ifd({2: 4, 3: 6, **camera("Panasonic", orientation), 46: jpeg}, below=facts())
    return tiff(first, magic=b"IIU\0")


def orf(jpeg: bytes, orientation: int = 1) -> bytes:
    """Its preview is where only the maker's notes say."""
    first = Ifd({256: 64, 257: 48, **camera("OLYMPUS", orientation)}, bytes(64 * 48), below=facts())
    return tiff(first, magic=b"IIRO") + bytes(100) + jpeg


def iiq(jpeg: bytes, orientation: int = 1) -> bytes:
    return tiff(Ifd(camera("Phase One", orientation), below=facts()), at=16, mark=b"IIIICwaR") + jpeg


def dng(jpeg: bytes, orientation: int = 1) -> bytes:
    """One whose sensor's data, too, are JPEGs: tiles, each of them larger than many a preview."""
    tiles = [preview(seed, (800, 600)) for seed in (5, 6)]
    main = Ifd({254: 0, 256: 1600, 257: 600, 259: 34892, 262: 34892})
    first = Ifd({254: 1, 259: 7, 50706: bytes((1, 4, 0, 0)), **camera("Any", orientation)}, jpeg)
    first.below = {SUB: [main], **facts()}
    main.tags |= {324: (0, 0), 325: tuple(len(tile) for tile in tiles)}
    starts = (length := len(tiff(first)), length + len(tiles[0]))
    main.tags[324] = starts
    return tiff(first) + b"".join(tiles)


def raf(jpeg_with_exif: bytes) -> bytes:
    return b"FUJIFILMCCD-RAW 0201FF383501" + bytes(120) + jpeg_with_exif + bytes(200)


def cr3(jpeg: bytes, orientation: int = 1) -> bytes:
    tiffs = (
        (b"CMT1", tiff(Ifd(camera("Canon", orientation)))),
        (b"CMT2", tiff(Ifd({36867: TAKEN}))),
        (b"CMT3", bytes(20)),
        (b"CMT4", tiff(Ifd(dict(PLACE)))),
    )
    uuid = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    canon = _box(b"uuid", uuid + b"".join(_box(name, content) for name, content in tiffs))
    head = _box(b"ftyp", b"crx \0\0\0\1crx isom") + _box(b"moov", canon)
    return head + _box(b"mdat", jpeg + bytes(range(256)) * 4)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def with_exif(jpeg: bytes, orientation: int = 1, taken: str = TAKEN) -> bytes:
    image = Image.open(io.BytesIO(jpeg))
    exif = Image.Exif()
    exif[271], exif[274] = "FUJIFILM", orientation
    exif.get_ifd(EXIF)[36867] = taken
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def sensor_dng(
    size: tuple[int, int] = (1200, 800), orientation: int = 1, compressed: bytes | None = None
) -> bytes:
    """Without a preview: left half red, right half blue, as a colour filter array sees them."""
    main = _mosaic(size)
    main.tags |= {**_DNG, **camera("Any", orientation)}
    main.below = facts()
    if compressed is not None:
        main.blob, main.tags[259] = compressed, 7
    return tiff(main)


def bitmap_dng(preview: Image.Image, orientation: int = 1) -> bytes:
    """Its preview is no JPEG."""
    width, height = preview.size
    first = Ifd(
        {254: 1, 256: width, 257: height, 258: (8, 8, 8), 259: 1, 262: 2, 277: 3, 278: height, 284: 1}
    )
    first.tags |= {**_DNG, **camera("Any", orientation)}
    first.blob, first.below = preview.tobytes(), {SUB: [_mosaic((1200, 800))], **facts()}
    return tiff(first)


_DNG: dict[int, Value] = {50706: bytes((1, 4, 0, 0)), 50708: "Any test"}


def _mosaic(size: tuple[int, int]) -> Ifd:
    width, height = size
    mosaic = np.zeros((height, width), np.uint16)
    mosaic[0::2, 0 : width // 2 : 2] = 50_000
    mosaic[1::2, width // 2 + 1 :: 2] = 50_000
    tags: dict[int, Value] = {
        254: 0,
        256: width,
        257: height,
        258: 16,
        259: 1,
        262: 32803,
        277: 1,
        278: height,
    }
    tags |= {33421: b"\2\0\2\0", 33422: bytes((0, 1, 1, 2)), 50714: 0, 50717: 65_535}
    return Ifd(tags, mosaic.tobytes())
