"""Names of species as folders, as the trainer reads them: one of each species, and safe on any disk."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from shared.photo.litter import litter_of

SpeciesName = tuple[str, str | None]
"""English and scientific name, as a label has them."""
_LONGEST: Final = 100  # bytes: with a suffix within every file system's 255
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f]')
"""Separators, here or on Windows, and control characters."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|notbird", re.IGNORECASE)
"""Devices on Windows, and what the trainer calls no species."""


def species_folders(names: Iterable[SpeciesName]) -> dict[SpeciesName, str]:
    """A folder for each, the same one for names of one species.

    A scientific name tells a species, since models and lists may call it otherwise in English; where there is
    none the English one does. The folder is called by the first English name in the alphabet.
    """
    every = sorted(set(names), key=lambda one: (one[0].casefold(), one[0], one[1] or ""))
    scientific: dict[str, str] = {}  # by English name
    for english, latin in every:
        if latin is not None:
            scientific.setdefault(english.casefold(), latin)
    folders: dict[str, str] = {}  # by what tells the species
    taken: set[str] = set()
    found = {}
    for english, latin in every:
        species = latin or scientific.get(english.casefold()) or english.casefold()
        if species not in folders:
            folders[species] = _free(safe_name(english), species, taken)
            taken.add(folders[species].casefold())
        found[english, latin] = folders[species]
    return found


def safe_name(name: str) -> str:
    """A folder's name on any system; what is no litter to whoever reads it."""
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", name))
    plain = plain.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore")
    plain = plain.strip().strip(".").strip() or "_"
    if _RESERVED.fullmatch(plain) or litter_of(f"{plain}/photo.jpg"):
        plain = f"_{plain}"
    return plain


def _free(name: str, species: str, taken: set[str]) -> str:
    """With some digits behind it where another species' folder is called so."""
    if name.casefold() not in taken:
        return name
    return f"{name} {sha256(species.encode()).hexdigest()[:8]}"
