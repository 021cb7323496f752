"""What other tools want to know of a bird's name: its rank, its order and family."""

from functools import lru_cache

from shared.final_name import NameRank
from shared.vision.taxonomy import Taxon, find

BIRDS = "Aves"
_KEPT = 20_000  # names; there are 11,000 species


@lru_cache(_KEPT)
def taxon_of(name: str) -> Taxon | None:
    return find(name)


def scientific_name(name: str, said: str | None, rank: NameRank | str) -> str | None:
    """The scientific name as the answer has it, else as the world list does; of an unknown bird its class."""
    if said:
        return said
    if rank == NameRank.BIRD:
        return BIRDS
    taxon = taxon_of(name)
    return None if taxon is None else taxon.scientific_name


def lineage(name: str, said: str | None) -> str:
    """`animalia;chordata;aves;ORDER;FAMILY;GENUS SPECIES`, in lower case; what is not known stays empty."""
    taxon = taxon_of(said or name)
    if taxon is None:
        return f"animalia;chordata;aves;;;{(said or '').lower()}"
    return f"animalia;chordata;aves;{taxon.order};{taxon.family or ''};{taxon.scientific_name}".lower()
