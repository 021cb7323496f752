"""Everything that a photo can be called: each species, genus, family and order, and what is no taxon."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from shared.final_name import NOT_A_BIRD, UNKNOWN_BIRD, NameRank
from shared.vision import taxonomy
from shared.vision.taxonomy import Taxon


@dataclass(frozen=True, slots=True)
class TaxonName:
    """One thing that a photo can be called."""

    name: str
    """English name of a species, scientific name of a group, else in words."""
    scientific_name: str | None
    rank: NameRank
    family: str | None = None
    order: str | None = None
    ebird_code: str | None = None
    banding_code: str | None = None


class NameKind(IntEnum):
    """What somebody may type for it; where two are met equally well, the first counts more."""

    ENGLISH = 0
    SCIENTIFIC = 1
    LOCAL = 2  # in another language
    OTHER = 3  # of earlier lists, or of a form
    CODE = 4


LocalNames = Mapping[str, Sequence[str]]
"""From scientific name to names in other languages."""
NO_TAXA: Final = (
    TaxonName(NOT_A_BIRD, None, NameRank.NOT_A_BIRD),
    TaxonName(UNKNOWN_BIRD, None, NameRank.BIRD),
)


@cache
def taxon_names() -> tuple[TaxonName, ...]:
    """What is no taxon first, then groups, then species in taxonomic order."""
    groups = tuple(map(name_of, taxonomy.groups()))
    return (*NO_TAXA, *groups, *map(name_of, taxonomy.species()))


def name_of(taxon: Taxon) -> TaxonName:
    return TaxonName(
        taxon.english_name or taxon.scientific_name,
        taxon.scientific_name,
        NameRank(taxon.rank),
        taxon.family,
        taxon.order,
        taxon.ebird_code,
        taxon.banding_code,
    )


def written_names(one: TaxonName, local: LocalNames) -> Iterator[tuple[NameKind, str]]:
    """All that leads to it."""
    if one.scientific_name != one.name:
        yield NameKind.ENGLISH, one.name
    if one.scientific_name is not None:
        yield NameKind.SCIENTIFIC, one.scientific_name
        for name in local.get(one.scientific_name, ()):
            yield NameKind.LOCAL, name
        for name in taxonomy.other_names(one.scientific_name):
            yield NameKind.OTHER, name
    for code in (one.ebird_code, one.banding_code):
        if code is not None:
            yield NameKind.CODE, code
