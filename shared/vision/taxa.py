"""Which taxon of the world list each thing is that a model can name."""

from shared.vision.bundle import Bundle
from shared.vision.taxonomy import Taxon, find


def taxa_of(bundle: Bundle) -> list[Taxon | None]:
    """Of each of the bundle's species, in their order: a species, or the group that a class stands for; None
    of what the list does not know."""
    scientific_names, codes = bundle.scientific_names, bundle.ebird_codes
    return [_taxon(codes[name], scientific_names[name], name) for name in bundle.species]


def _taxon(*names: str | None) -> Taxon | None:
    """By the surest of its names that the list knows."""
    found = (find(name) for name in names if name)
    return next((taxon for taxon in found if taxon is not None), None)
