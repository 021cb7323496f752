"""From the names that sources and models use to one name a species: AviList's scientific one."""

from functools import lru_cache

from shared.vision.taxonomy import Rank, find

NAMES_KEPT = 16_384  # more than a model or a geomodel has


@lru_cache(maxsize=NAMES_KEPT)
def species_called(scientific_name: str | None, english_name: str | None) -> str | None:
    """By either name, also one of before; the scientific one counts first. None of what is no species."""
    for name in (scientific_name, english_name):
        if name and (taxon := find(name)) is not None and taxon.rank is Rank.SPECIES:
            return taxon.scientific_name
    return None
