"""Whether two names may be those of one bird."""

import pytest

from shared.final_name import NOT_A_BIRD, UNCERTAIN, UNKNOWN_BIRD, NameRank, RolledName
from shared.sightings.agreement import names_agree

MALLARD = RolledName("Mallard", "Anas platyrhynchos", NameRank.SPECIES, 0.9)
GADWALL = RolledName("Gadwall", "Mareca strepera", NameRank.SPECIES, 0.9)
ANAS = RolledName("Anas", "Anas", NameRank.GENUS, 0.9)
MARECA = RolledName("Mareca", "Mareca", NameRank.GENUS, 0.9)
DUCKS = RolledName("Anatidae", "Anatidae", NameRank.FAMILY, 0.9)
CROWS = RolledName("Corvidae", "Corvidae", NameRank.FAMILY, 0.9)
BIRD = RolledName(UNKNOWN_BIRD, None, NameRank.BIRD, 0.9)
NONE = RolledName(NOT_A_BIRD, None, NameRank.NOT_A_BIRD, 0.9)
OPEN = RolledName(UNCERTAIN, None, NameRank.UNCERTAIN, None)
OURS = RolledName("Backyard Bird", None, NameRank.SPECIES, 0.9)  # which no list knows


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (MALLARD, MALLARD, True),
        (MALLARD, GADWALL, False),
        (MALLARD, ANAS, True),
        (MALLARD, MARECA, False),
        (ANAS, DUCKS, True),
        (MALLARD, CROWS, False),
        (GADWALL, BIRD, True),
        (NONE, BIRD, False),
        (NONE, MALLARD, False),
        (NONE, NONE, True),
        (NONE, OPEN, True),
        (MALLARD, OPEN, True),
        (OURS, OURS, True),
        (OURS, MALLARD, False),
        (OURS, BIRD, True),
    ],
)
def test_a_name_agrees_with_what_it_does_not_exclude(one: RolledName, other: RolledName, agree: bool) -> None:
    assert names_agree(one, other) is names_agree(other, one) is agree
