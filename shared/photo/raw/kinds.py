"""Which raw format a file is. Most are TIFFs, and only their tags tell them from a picture."""

from shared.photo import sniff
from shared.photo.raw.tiff import Directory, directories

_SUBFILE_TYPE, _PHOTOMETRIC, _MAKER, _DNG_VERSION = 254, 262, 271, 50706
_REDUCED = 1  # the first picture is a smaller version of another one
_SENSOR = frozenset((32803, 34892))  # photometric: a colour filter array; linear raw
_BIG_TIFF = frozenset((b"+\0", b"\0+"))  # with other directories; no camera writes it
_BY_MAKER = {
    "CANON": sniff.CR2,
    "NIKON": sniff.NEF,
    "SONY": sniff.ARW,
    "PENTAX": sniff.PEF,
    "RICOH": sniff.PEF,
    "SAMSUNG": sniff.SRW,
    "HASSELBLAD": sniff.HASSELBLAD_3FR,
    "PHASE ONE": sniff.IIQ,
    "LEAF": sniff.IIQ,
}


def content_type(data: bytes) -> str | None:
    """As `sniff.content_type`, of a whole file, or of enough of it to hold its first directories."""
    kind = sniff.content_type(data[: sniff.SNIFF_BYTES])
    return _of_tiff(data) if kind == sniff.TIFF and data[2:4] not in _BIG_TIFF else kind


def _of_tiff(data: bytes) -> str:
    first: Directory = {}
    raw = False
    for entries in directories(data):
        first = first or entries
        raw = raw or _number(entries, _PHOTOMETRIC) in _SENSOR
    if _DNG_VERSION in first:
        return sniff.DNG
    if not raw and _number(first, _SUBFILE_TYPE) != _REDUCED:
        return sniff.TIFF
    maker = first[_MAKER].text.upper() if _MAKER in first else ""
    return next((kind for name, kind in _BY_MAKER.items() if maker.startswith(name)), sniff.OTHER_RAW)


def _number(entries: Directory, tag: int) -> int | None:
    return entries[tag].number if tag in entries else None
