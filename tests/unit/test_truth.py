"""Whether a model is right, and how sure that is."""

import pytest

from shared.final_name import NameRank
from shared.scoring.truth import PersonsWord, RightOf, is_right

MALLARD = ("Mallard", "Anas platyrhynchos")
NONE = ("Not a bird", None)


@pytest.mark.parametrize(
    ("label", "said", "right"),
    [
        (PersonsWord("mallard", None, NameRank.SPECIES), MALLARD, True),
        (PersonsWord("Stockente", "Anas platyrhynchos", NameRank.SPECIES), MALLARD, True),
        (PersonsWord("Blue Jay", "Cyanocitta cristata", NameRank.SPECIES), MALLARD, False),
        (PersonsWord("Anas", "Anas", NameRank.GENUS), MALLARD, True),
        (PersonsWord("Anatidae", None, NameRank.FAMILY), MALLARD, True),
        (PersonsWord("Ardeidae", "Ardeidae", NameRank.FAMILY), MALLARD, False),
        (PersonsWord("Anseriformes", None, NameRank.ORDER), ("Mallard", None), True),
        (PersonsWord("Anseriformes", None, NameRank.ORDER), ("Looney Birds", None), False),
        (PersonsWord("Unknown bird", None, NameRank.BIRD), MALLARD, True),
        (PersonsWord("Unknown bird", None, NameRank.BIRD), NONE, False),
        (PersonsWord("Not a bird", None, NameRank.NOT_A_BIRD), NONE, True),
        (PersonsWord("Not a bird", None, NameRank.NOT_A_BIRD), MALLARD, False),
        (PersonsWord("Mallard", None, NameRank.SPECIES), NONE, False),
    ],
)
def test_right_is_the_species_or_what_belongs_to_the_group(
    label: PersonsWord, said: tuple[str, str | None], right: bool
) -> None:
    assert is_right(label, *said) is right


@pytest.mark.parametrize(
    ("share", "interval"),
    [  # as R's binom.confint has them
        (RightOf(0, 10), (0.0, 0.2775)),
        (RightOf(10, 10), (0.7225, 1.0)),
        (RightOf(81, 100), (0.7222, 0.8749)),
        (RightOf(0, 0), None),
    ],
)
def test_the_interval_is_wilsons(share: RightOf, interval: tuple[float, float] | None) -> None:
    assert share.interval == (None if interval is None else pytest.approx(interval, abs=1e-4))
