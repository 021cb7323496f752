"""Whether two names may be those of one bird: neither excludes the other."""

from functools import lru_cache

from shared.final_name import FinalName, NameRank, RolledName
from shared.vision.taxonomy import find

_RANKS = ("order", "family", "genus", "scientific_name")  # from the widest


def agree(one: str, its_rank: NameRank, other: str, others_rank: NameRank) -> bool:
    """Names as `final` has them: a genus agrees with its species, `Uncertain` with all there is."""
    ranks = {its_rank, others_rank}
    if one == other or NameRank.UNCERTAIN in ranks:
        return True
    if NameRank.NOT_A_BIRD in ranks:
        return False
    if NameRank.BIRD in ranks:
        return True
    mine, theirs = _lineage(one), _lineage(other)
    known = min(len(mine), len(theirs))
    return known > 0 and mine[:known] == theirs[:known]


def names_agree(one: FinalName | RolledName, other: FinalName | RolledName) -> bool:
    return agree(_key(one), one.rank, _key(other), other.rank)


def _key(name: FinalName | RolledName) -> str:
    return name.scientific_name or name.name


@lru_cache(4096)  # names of a batch, over and over
def _lineage(name: str) -> tuple[str, ...]:
    """Order, family, genus, species, as far down as the name goes; empty of what the world list does not
    know."""
    taxon = find(name)
    if taxon is None:
        return ()
    known = (getattr(taxon, rank) for rank in _RANKS[: _RANKS.index(_lowest(taxon.rank)) + 1])
    return tuple(one for one in known if one is not None)


def _lowest(rank: str) -> str:
    return "scientific_name" if rank == NameRank.SPECIES else rank
