"""What the names in a zip archive say (character encodings, mojibake).

Writers state UTF-8 by a flag or in Info-ZIP's Unicode Path field; all others write the code page of their
system and do not say which. That one is found by what the names of the archive would look like, all together.
"""

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_WEIGHED = 500  # names; more tell nothing new, and each costs about a tenth of a millisecond an encoding

_UNICODE_PATH = 0x7075
_LIKELY = "cp437"  # what the format says; it gives every byte a character

# Earlier ones win where names look as good: DOS before Windows, as zip programs of Windows write.
_ENCODINGS = ("cp850", "cp437", "cp866", "cp932", "gbk", "big5", "cp949", "cp852", "cp1252", "cp1251")
_DOUBLE_BYTE = frozenset(("cp932", "gbk", "big5", "cp949"))

_LATIN = frozenset("äöüßéèêëàâáãåæçñøíìîïóòôõúùûœÄÖÜÉÈÊÀÂÁÃÅÆÇÑØÍÎÓÔÕÚŒ")
_LATIN_EAST = frozenset("ąćęłńśźżčďěňřšťůýžőűășțđğışĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮÝŽŐŰĐĞİŞ")
_HANGUL = frozenset(  # the most frequent syllables of Korean
    "이다는을가의에하고지은도사기리자시로나인해어대아서한정제수만장일구부그들스과를보있게라원상전여주성진"
    "공동비동물새조류산강바위마을집사람오우유경선신영미생소안방무문모드실화일월년중국남북동서울김박최"
    "머려개거내너네노누니더데두때러레르며면명목반받발밤백번별봄빛빨뿐살세손쇠심쌍씨양연열예온올와왕요용운"
    "음의입재저적절점족존종좋죽중직집차참처천청초총추출충치친카코크큰타터토통트특파판평포표프피필할함합항"
    "행향현형호혼홍환활황회후희흰힘까딱따뻐꾸꼬쇠뜸떼떠뱀샘찌찌빠직물총"
)


def stated_name(raw: bytes, extra: bytes) -> str | None:
    """The name of an entry where it is certain: in its Unicode Path field, or in UTF-8.

    The flag that tells UTF-8 is often wrong, both ways; bytes that are UTF-8 hardly ever are another thing.
    """
    text = _unicode_path(raw, extra) or raw
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None


def legacy_encoding(raw_names: Iterable[bytes]) -> str:
    """The encoding in which the names of one archive, of those without a stated one, look most like names."""
    names = list(dict.fromkeys(raw_names))
    sample = names[:: len(names) // MAX_WEIGHED + 1]
    return max(_ENCODINGS, key=lambda encoding: _looks(sample, encoding))


def legacy_name(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:  # the one among others that was written elsewhere
        return raw.decode(_LIKELY)


def _unicode_path(raw: bytes, extra: bytes) -> bytes | None:
    """Info-ZIP's field, unless it belongs to a name that was changed since (told by its checksum)."""
    for kind, data in extra_fields(extra):
        if kind == _UNICODE_PATH and data[:1] == b"\x01" and len(data) > 5:
            matches = int.from_bytes(data[1:5], "little") == zlib.crc32(raw)
            return data[5:] if matches else None
    return None


def extra_fields(extra: bytes) -> Iterable[tuple[int, bytes]]:
    """Kind and content of each; what does not fit the form is passed over."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        yield kind, extra[4 : 4 + size]
        extra = extra[4 + size :]


def _looks(names: Sequence[bytes], encoding: str) -> float:
    return sum(_look(name, encoding) for name in names)


def _look(raw: bytes, encoding: str) -> float:
    """How much like a name: about one point for each byte beyond ASCII that has become a usual letter."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return -3.0 * len(raw)
    points = 0.0
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if char < "\x80":
            continue
        width = 2 if encoding in _DOUBLE_BYTE else 1
        points += width * _usual(char, encoding) - _clash(before, char) - _clash(after, char)
        if (before.islower() and char.isupper()) or (char.islower() and after.isupper()):
            points -= 2
    return points


@lru_cache(4096)
def _usual(char: str, encoding: str) -> float:
    """From 1, a letter of every day, to -3, no part of a name."""
    match _script(char):
        case "kana" | "CYRILLIC":
            points = 1.0
        case "GREEK":
            points = 0.5
        case "han":
            points = 0.7 if _first_level(char, encoding) else -0.3
        case "hangul":
            points = 1 if char in _HANGUL else -0.2
        case "LATIN":
            points = 1 if char in _LATIN else 0.8 if char in _LATIN_EAST else 0
        case _:
            category = unicodedata.category(char)
            mark = category in {"Po", "Ps", "Pe", "Lm"} and encoding in _DOUBLE_BYTE
            points = 0 if mark else -3 if category in {"Cc", "Cn", "Co"} else -1.5
    return points


@lru_cache(4096)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    if name.startswith(("HIRAGANA", "KATAKANA")) and not name.startswith("KATAKANA MIDDLE"):
        return "kana"
    if name.startswith("CJK UNIFIED"):
        return "han"
    if name.startswith("HANGUL"):
        return "hangul"
    return name.split(" ")[0] if char.isalpha() else ""


def _first_level(char: str, encoding: str) -> bool:
    """Whether the standard behind an encoding counts the character among those of every day."""
    lead, trail = char.encode(encoding)
    match encoding:
        case "cp932":
            return 0x88 <= lead <= 0x98
        case "gbk":
            return 0xB0 <= lead <= 0xD7 and trail >= 0xA1
        case "big5":
            return 0xA4 <= lead <= 0xC6
        case _:
            return False  # Korean names are hardly ever written in Chinese characters


def _clash(neighbour: str, char: str) -> float:
    """Two letters of one word in different scripts."""
    if not neighbour.isalpha() or not char.isalpha():
        return 0
    one, other = _script(neighbour), _script(char)
    if {one, other} <= {"kana", "han"} or one == other:
        return 0
    return 0.8 if "LATIN" in {one, other} and {one, other} & {"kana", "han", "hangul"} else 2
