"""The one name that page, commands, exports and API show of a photo: what it may be.

The rule that chooses it is the ledger's (`photos.final_name`, a generated column): a person's word, else the
model's at the lowest rank that it is sure enough of, else that there is no bird, or that nobody can tell.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NOT_A_BIRD: Final = "Not a bird"
UNKNOWN_BIRD: Final = "Unknown bird"
UNCERTAIN: Final = "Uncertain"


class NameRank(StrEnum):
    """How much a name says; the lowest of the taxonomic ranks says most."""

    SPECIES = "species"
    GENUS = "genus"
    FAMILY = "family"
    ORDER = "order"
    BIRD = "bird"  # UNKNOWN_BIRD
    NOT_A_BIRD = "not-a-bird"
    UNCERTAIN = "uncertain"  # perhaps not even a bird


class NamedBy(StrEnum):
    PERSON = "person"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class FinalName:
    name: str
    scientific_name: str | None
    rank: NameRank
    by: NamedBy
    probability: float | None
    """That the name is right, as the model has it; None of a person's word."""


@dataclass(frozen=True, slots=True)
class RolledName:
    """What a model says, at the lowest rank that it is sure enough of."""

    name: str
    scientific_name: str | None
    rank: NameRank
    probability: float | None
    """That the name is right: that there is a bird, and one of these; of `Not a bird`, that there is none.
    None where nothing is claimed (`Uncertain`), and of `Unknown bird` where the model does not tell birds."""
