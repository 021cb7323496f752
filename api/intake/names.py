"""What photos are called: a relative path as the person who sent it knows it (sanitised)."""

import re
import unicodedata

MAX_NAME = 512  # characters: deep folders fit, an index entry stays small
UNNAMED = "photo"
_NOT_TEXT = frozenset(("Cc", "Cs"))  # control characters, halves of surrogate pairs
_ZIP = re.compile(r"\.zip$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:/")


def clean_line(raw: str) -> str:
    """Without control characters, and without what is no text."""
    return "".join(c for c in raw if unicodedata.category(c) not in _NOT_TEXT)


def clean_name(raw: str) -> str:
    """A relative path in NFC without control characters, at most `MAX_NAME` characters; never empty."""
    text = clean_line(raw).replace("\\", "/")
    # The end of a long path tells more than its beginning.
    text = unicodedata.normalize("NFC", text)[-MAX_NAME:]
    steps = [step for step in text.split("/") if step.strip() not in ("", ".", "..")]
    return "/".join(steps).strip() or UNNAMED


def entry_name(raw_archive: str, entry: str) -> str:
    """What an archive's entry is called: as if it were unpacked into a folder of the archive's name.

    Not twice where it is in such a folder : `trip/a.jpg` in `trip.zip` is called as in a folder `trip`.
    """
    folder = _ZIP.sub("", clean_name(raw_archive)) if raw_archive else ""
    name = clean_name(entry)
    within = name.partition("/")[0] == folder.rpartition("/")[2]
    return clean_name(f"{folder[: folder.rfind('/') + 1] if within else folder + '/'}{name}")


def is_folder(name: str) -> bool:
    """Whether an archive's entry is a folder: it has no bytes worth a word."""
    return name.endswith(("/", "\\"))


def is_unsafe(name: str) -> bool:
    """Whether an archive's entry wants to be somewhere else than below the place it is unpacked to."""
    path = name.replace("\\", "/")
    return path.startswith("/") or _DRIVE.match(path) is not None or ".." in path.split("/")
