"""What a file is, told by its first bytes; names and declared types are never believed."""

from pathlib import PurePath

ZIP = "application/zip"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
GIF = "image/gif"
HEIC = "image/heic"
HEIF = "image/heif"
AVIF = "image/avif"
TIFF = "image/tiff"
BMP = "image/bmp"
JXL = "image/jxl"  # known, to be refused by its name

# What cameras write beside or instead of JPEG. A TIFF may be one too: `shared.photo.raw.kinds` tells.
CR2 = "image/x-canon-cr2"
CR3 = "image/x-canon-cr3"
CRW = "image/x-canon-crw"
NEF = "image/x-nikon-nef"
ARW = "image/x-sony-arw"
DNG = "image/x-adobe-dng"
ORF = "image/x-olympus-orf"
RAF = "image/x-fuji-raf"
RW2 = "image/x-panasonic-rw2"
PEF = "image/x-pentax-pef"
SRW = "image/x-samsung-srw"
IIQ = "image/x-phaseone-iiq"
HASSELBLAD_3FR = "image/x-hasselblad-3fr"
MRW = "image/x-minolta-mrw"
X3F = "image/x-sigma-x3f"
OTHER_RAW = "image/x-dcraw"
CAMERA_RAW = frozenset((
    CR2, CR3, CRW, NEF, ARW, DNG, ORF, RAF, RW2, PEF, SRW, IIQ, HASSELBLAD_3FR, MRW, X3F, OTHER_RAW,
))  # fmt: skip
RAW_SUFFIXES = frozenset((
    ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".dng", ".orf", ".ori", ".raf", ".rw2",
    ".rwl", ".raw", ".pef", ".srw", ".iiq", ".3fr", ".fff", ".mrw", ".x3f", ".erf", ".kdc", ".dcr", ".mef",
    ".mos", ".gpr",
))  # fmt: skip
"""How such files are called, for those who must choose files without opening them."""


SNIFF_BYTES = 64
"""Enough for the longest brand list seen in photos of phones."""

BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"FUJIFILMCCD-RAW ", RAF),
    (b"IIU\x00", RW2),
    (b"IIRO", ORF),
    (b"IIRS", ORF),
    (b"MMOR", ORF),
    (b"II\x1a\x00\x00\x00HEAPCCDR", CRW),
    (b"\x00MRM", MRW),
    (b"FOVb", X3F),
    (b"II*\x00\x10\x00\x00\x00CR", CR2),
    (b"\xff\x0a", JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),  # BigTIFF
    (b"MM\x00+", TIFF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an archive with nothing in it
    (b"PK\x07\x08", ZIP),  # one part of a spanned archive
)
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_CR3_BRAND = b"crx "
_HEIF_BRANDS = frozenset((b"mif1", b"mif2", b"msf1"))
BRANDS = frozenset((_CR3_BRAND, *_HEIC_BRANDS, *_AVIF_BRANDS, *_HEIF_BRANDS))
"""Of files in boxes (ISO base media), whatever stands in them."""
_IIQ_MARKS = frozenset((b"IIII", b"MMMM"))  # where a TIFF's first directory hardly ever is
_BMP_HEADER_SIZES = frozenset((12, 40, 52, 56, 64, 108, 124))


def content_type(head: bytes) -> str | None:
    """The media type of a file that begins with `head` (`SNIFF_BYTES` of it suffice), or None if unknown."""
    for prefix, kind in BEGINNINGS:
        if head.startswith(prefix):
            return IIQ if kind == TIFF and head[8:12] in _IIQ_MARKS else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _iso_media_type(head)
    # "BM" alone begins many a text, so the size of the second header is looked at too.
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return BMP
    return None


def is_archive(head: bytes) -> bool:
    return content_type(head) == ZIP


def _iso_media_type(head: bytes) -> str | None:
    """The first brand that says how the pixels are coded; `mif1` alone says only "some picture"."""
    box = head[: int.from_bytes(head[:4], "big")]
    brands = [box[8:12], *(box[start : start + 4] for start in range(16, len(box) - 3, 4))]
    for brand in brands:
        if brand == _CR3_BRAND:
            return CR3
        if brand in _HEIC_BRANDS:
            return HEIC
        if brand in _AVIF_BRANDS:
            return AVIF
    return HEIF if _HEIF_BRANDS.intersection(brands) else None


def is_raw_name(name: str) -> bool:
    """Whether a file is called as camera raw files are; its bytes may not be at hand."""
    return PurePath(name).suffix.lower() in RAW_SUFFIXES
