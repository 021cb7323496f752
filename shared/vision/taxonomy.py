"""The world's birds: from any of a bird's names or codes to the bird.

`data/world_birds.tsv` has a row for each species; genera, families and orders follow from them.
"""

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

_TABLE: Final = "world_birds.tsv"
COLUMNS: Final = (
    "english_name", "scientific_name", "family", "order", "ebird_code", "banding_code", "other_names"
)  # fmt: skip
OTHER_NAMES_SEPARATOR: Final = "|"
_ENDING: Final = re.compile(r"(us|um|is|ae|as|os|er|ra|rum|ii|a|e|i|s)$")
_NO_LETTERS: Final = str.maketrans("", "", string.punctuation + string.whitespace)


class Rank(StrEnum):
    SPECIES = "species"
    GENUS = "genus"
    FAMILY = "family"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Taxon:
    """A species, or a group of them, of AviList."""

    rank: Rank
    scientific_name: str
    order: str
    family: str | None = None
    """None of an order."""
    genus: str | None = None
    """None of a family or an order."""
    english_name: str | None = None
    """As birders write it: "Black-capped Chickadee". None of a group."""
    ebird_code: str | None = None
    """None of a group, and of the few species that eBird does not count as one."""
    banding_code: str | None = None
    """Four letters, of a species that is banded in North America."""


def find(name: str) -> Taxon | None:
    """The bird with this English or scientific name, eBird code or banding code; None where there is none.

    Case, hyphens, apostrophes, spaces, underscores and accents do not matter, nor whether grey is gray. Of a
    subspecies' three scientific names the species is found, and under the name of another genus of its family
    the species that alone has the epithet there: genera are revised more often than anything else.

    A name may be used twice; the first of these counts: a species' English name, its scientific name, its
    eBird code, a genus, family or order, a banding code, another name (of eBird's last lists, or of a form).
    What means two birds at the first of these places where it means any is None. A species' name from before
    it was split means the part that kept the scientific name.
    """
    index = _index()
    key = lookup_key(name)
    if key in index:
        return index[key]
    genus, *epithets = name.replace("_", " ").split() or [""]
    family = _families().get(genus.lower())
    if family is None or len(epithets) not in (1, 2):
        return None
    for epithet in reversed(epithets):  # what was a subspecies may be a species by now
        if found := index.get(lookup_key(genus + epithet)):
            return found
    return _by_epithet().get((family, epithet_stem(epithets[0])))


@cache
def species() -> tuple[Taxon, ...]:
    """All of them, in taxonomic order."""
    return tuple(taxon for taxon, _ in _rows())


def lookup_key(name: str) -> str:
    """What is compared of a name."""
    if not name.isascii():  # an accent becomes a character of its own, and is no letter
        name = "".join(one for one in unicodedata.normalize("NFKD", name) if one.isalnum())
    key = name.translate(_NO_LETTERS).lower()
    return key.replace("gray", "grey").replace("colour", "color")


def epithet_stem(epithet: str) -> str:
    """Without the ending, which agrees with the genus' gender: of "nigra" and "niger" the same."""
    return _ENDING.sub("", epithet.lower())


@cache
def _rows() -> tuple[tuple[Taxon, tuple[str, ...]], ...]:
    """Each species with its other names."""
    text = resources.files("shared.vision").joinpath("data", _TABLE).read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    assert tuple(next(lines).split("\t")) == COLUMNS
    return tuple(_row(*line.split("\t")) for line in lines)


def _row(
    english: str, scientific: str, family: str, order: str, ebird: str, banding: str, others: str
) -> tuple[Taxon, tuple[str, ...]]:
    genus = scientific.partition(" ")[0]
    taxon = Taxon(Rank.SPECIES, scientific, order, family, genus, english, ebird or None, banding or None)
    return taxon, tuple(others.split(OTHER_NAMES_SEPARATOR)) if others else ()


@cache
def _index() -> dict[str, Taxon | None]:
    """From lookup key to taxon, None for what means two."""
    known: dict[str, Taxon | None] = {}
    for names in (
        ((one.english_name, one) for one in species()),
        ((one.scientific_name, one) for one in species()),
        ((one.ebird_code, one) for one in species()),
        ((one.scientific_name, one) for one in groups()),
        ((one.banding_code, one) for one in species()),
        ((name, one) for one, others in _rows() for name in others),
    ):
        new: dict[str, Taxon | None] = {}
        for name, taxon in names:
            if name and (key := lookup_key(name)) not in known:
                new[key] = taxon if new.get(key, taxon) is taxon else None
        known |= new
    return known


def other_names(scientific_name: str) -> tuple[str, ...]:
    """Of a species: by which earlier lists know it, or a form of it."""
    return _others().get(scientific_name, ())


def groups() -> Iterable[Taxon]:
    """Genera, families and orders, each once."""
    groups: dict[str, Taxon] = {}
    for one in species():
        order, family, genus = one.order, one.family, one.genus
        assert family is not None
        assert genus is not None
        if genus not in groups:
            groups[genus] = Taxon(Rank.GENUS, genus, order, family, genus)
            groups.setdefault(family, Taxon(Rank.FAMILY, family, order, family))
            groups.setdefault(order, Taxon(Rank.ORDER, order, order))
    return groups.values()


@cache
def _others() -> dict[str, tuple[str, ...]]:
    return {one.scientific_name: others for one, others in _rows() if others}


@cache
def _families() -> dict[str, str]:
    """From a genus in small letters, of now or of before, to its family."""
    families: dict[str, str] = {}
    for one, others in _rows():
        assert one.family is not None
        old = (name.lower() for name in others if name.partition(" ")[2].islower())  # English names are not
        for name in (one.scientific_name.lower(), *old):
            families.setdefault(name.partition(" ")[0], one.family)
    return families


@cache
def _by_epithet() -> dict[tuple[str, str], Taxon | None]:
    """From family and epithet's stem to the species; None for several."""
    found: dict[tuple[str, str], Taxon | None] = {}
    for one in species():
        assert one.family is not None
        place = one.family, epithet_stem(one.scientific_name.partition(" ")[2])
        found[place] = None if place in found else one
    return found
