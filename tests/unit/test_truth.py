"""Whether a model is right, and how sure that is."""

import pytest

from shared.final_name import NameRank
from shared.scoring.truth import Label, Share, is_right

MALLARD = ("Mallard", "Anas platyrhynchos")
NONE = ("Not a bird", None)


@pytest.mark.parametrize(
    ("label", "said", "right"),
    [
        (Label("mallard", None, NameRank.SPECIES), MALLARD, True),
        (Label("Stockente", "Anas platyrhynchos", NameRank.SPECIES), MALLARD, True),
        (Label("Blue Jay", "Cyanocitta cristata", NameRank.SPECIES), MALLARD, False),
        (Label("Anas", "Anas", NameRank.GENUS), MALLARD, True),
        (Label("Anatidae", None, NameRank.FAMILY), MALLARD, True),
        (Label("Ardeidae", "Ardeidae", NameRank.FAMILY), MALLARD, False),
        (Label("Anseriformes", None, NameRank.ORDER), ("Mallard", None), True),
        (Label("Anseriformes", None, NameRank.ORDER), ("Looney Birds", None), False),
        (Label("Unknown bird", None, NameRank.BIRD), MALLARD, True),
        (Label("Unknown bird", None, NameRank.BIRD), NONE, False),
        (Label("Not a bird", None, NameRank.NOT_A_BIRD), NONE, True),
        (Label("Not a bird", None, NameRank.NOT_A_BIRD), MALLARD, False),
        (Label("Mallard", None, NameRank.SPECIES), NONE, False),
    ],
)
def test_right_is_the_species_or_what_belongs_to_the_group(
    label: Label, said: tuple[str, str | None], right: bool
) -> None:
    assert is_right(label, *said) is right


@pytest.mark.parametrize(
    ("share", "interval"),
    [  # as R's binom.confint has them
        (Share(0, 10), (0.0, 0.2775)),
        (Share(10, 10), (0.7225, 1.0)),
        (Share(81, 100), (0.7222, 0.8749)),
        (Share(0, 0), None),
    ],
)
def test_the_interval_is_wilsons(share: Share, interval: tuple[float, float] | None) -> None:
    assert share.interval == (None if interval is None else pytest.approx(interval, abs=1e-4))
