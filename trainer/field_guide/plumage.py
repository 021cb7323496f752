"""Drawn species: each differs from its nearest relatives in a mark or two, as real ones do."""

import itertools
import random
from dataclasses import dataclass
from typing import Any

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "Black": (38, 36, 40),
    "White": (236, 234, 226),
    "Grey": (134, 138, 142),
    "Brown": (122, 84, 52),
    "Rufous": (176, 84, 40),
    "Yellow": (226, 190, 54),
    "Green": (98, 130, 62),
    "Blue": (62, 104, 168),
    "Red": (178, 44, 48),
}
DULL: tuple[Colour, ...] = (
    (112, 116, 70),
    (156, 138, 108),
    (88, 100, 116),
    (204, 192, 160),
    (120, 72, 54),
    (150, 156, 150),
)
"""Of bodies and wings; none is a crown's."""
BEAKS = ("stubby", "slender", "hooked")
BREASTS = ("plain", "streaked", "banded")
FAMILIES = ("Warbler", "Finch", "Thrush", "Flycatcher", "Tanager", "Bunting", "Wren", "Shrike")
GENERA = (
    "Pictasylva",
    "Penicilla",
    "Atramentus",
    "Chartavis",
    "Delineola",
    "Cretaria",
    "Umbrella",
    "Limnella",
)


@dataclass(frozen=True, slots=True)
class Plumage:
    """The marks of one species; sizes are shares of the body's length."""

    name: str
    scientific_name: str
    body: Colour
    crown: Colour
    wing: Colour
    wing_bars: int
    breast: str
    beak: str
    tail: float
    eye_ring: bool


def species(count: int, seed: int = 0) -> list[Plumage]:
    """`count` species, the same ones for a seed. A family shares shape and colours; crown and marks differ.

    Raises ValueError for more than there are names for.
    """
    names = list(itertools.product(COLOURS, FAMILIES))
    if count > len(names):
        raise ValueError(f"the field guide has {len(names)} species, not {count}")
    dice = random.Random(seed)
    shapes = {
        family: {
            "beak": dice.choice(BEAKS),
            "tail": dice.uniform(0.3, 0.8),
            **dict(zip(("body", "wing"), dice.sample(DULL, 2), strict=True)),
        }
        for family in FAMILIES
    }
    dice.shuffle(names)
    return [_species(crown, family, shapes[family], dice) for crown, family in names[:count]]


def _species(crown: str, family: str, shape: dict[str, Any], dice: random.Random) -> Plumage:
    return Plumage(
        name=f"{crown}-Inked {family}",  # crowned ones are of flesh and blood
        scientific_name=f"{GENERA[FAMILIES.index(family)]} {crown.lower()}iceps",
        crown=COLOURS[crown],
        wing_bars=dice.randrange(3),
        breast=dice.choice(BREASTS),
        eye_ring=dice.random() < 0.4,
        **shape,
    )
