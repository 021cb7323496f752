"""How the active model calls birds.

Its names come before the world list's, so that its word and a person's on one bird are the same.
"""

from dataclasses import dataclass, field, replace

from api.taxa.names import TaxonName, name_of
from shared.final_name import NameRank
from shared.vision.bundle import Bundle
from shared.vision.taxonomy import find, lookup_key


@dataclass(frozen=True, slots=True)
class ModelNames:
    """Of no model there are none."""

    by_key: dict[str, TaxonName] = field(default_factory=dict)
    """From the lookup key of a class's name."""
    by_scientific: dict[str, TaxonName] = field(default_factory=dict)

    def knows(self, one: TaxonName) -> bool:
        return one.scientific_name in self.by_scientific

    def own(self, one: TaxonName) -> TaxonName:
        """The same bird as the model calls it, where it does."""
        return self.by_scientific.get(one.scientific_name or "", one)


def names_of_model(bundle: Bundle) -> ModelNames:
    scientific_names, codes = bundle.scientific_names, bundle.ebird_codes
    names = ModelNames()
    for species in bundle.species:
        scientific = scientific_names[species]
        taxon = find(codes[species] or scientific or species)
        if taxon is None:
            own = TaxonName(species, scientific, NameRank.SPECIES)
        else:
            own = replace(name_of(taxon), name=species)
        names.by_key[lookup_key(species)] = own
        if own.scientific_name is not None:
            names.by_scientific.setdefault(own.scientific_name, own)
    return names
