"""From what a model said of photos to what is told of them."""

import math
import time

import numpy as np
import pytest

from shared.final_name import NameRank
from shared.photo.box import Box
from shared.scoring.reading import Reading, packed, rounded, unpacked
from shared.scoring.scorer import Scored, Scorer
from shared.scoring.settings import ScoringSettings
from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import BirdScore, Bundle, ModelClass, read_bundle
from shared.vision.sources.default import default_model
from shared.vision.taxa import taxa_of
from shared.vision.taxonomy import Rank
from tests.support.models import bundle

CLASSES = (
    ModelClass(species="Grey Heron", scientific_name="Ardea cinerea"),
    ModelClass(species="Great Blue Heron", scientific_name="Ardea herodias"),
    ModelClass(species="Little Egret", scientific_name="Egretta garzetta"),  # of the same family
    ModelClass(species="Great White Pelican", scientific_name="Pelecanus onocrotalus"),  # of the same order
    ModelClass(species="Mallard", scientific_name="Anas platyrhynchos"),
    ModelClass(species="Looney Birds"),  # no taxon
    ModelClass(species="Tree", is_bird=False),
)
HERONS = bundle(classes=CLASSES)
BOX = Box(0.1, 0.2, 0.3, 0.4)


def reading(*probabilities: float) -> Reading:
    return Reading(rounded(np.log([np.maximum(probabilities, 1e-9)])))


def told(*probabilities: float, of: Bundle = HERONS, **settings: object) -> Scored:
    chosen = ScoringSettings(**{"threshold": 0.8} | settings)  # type: ignore[arg-type]
    [scored] = Scorer(of)([reading(*probabilities)], chosen, 3)
    return scored


@pytest.mark.parametrize(
    ("probabilities", "name", "rank", "probability"),
    [
        ((0.9, 0.02, 0.02, 0.02, 0.02, 0, 0.02), "Grey Heron", "species", 0.9),
        ((0.5, 0.4, 0.02, 0.02, 0.02, 0, 0.04), "Ardea", "genus", 0.9),
        ((0.4, 0.2, 0.3, 0.02, 0.04, 0, 0.04), "Ardeidae", "family", 0.9),
        ((0.3, 0.2, 0.2, 0.2, 0.06, 0, 0.04), "Pelecaniformes", "order", 0.9),
        ((0.3, 0.0, 0.2, 0.0, 0.45, 0, 0.05), "Unknown bird", "bird", 0.95),
        ((0.05, 0.05, 0.0, 0.0, 0.0, 0.8, 0.1), "Looney Birds", "species", 0.8),
        ((0.3, 0.1, 0.0, 0.0, 0.1, 0, 0.5), "Uncertain", "uncertain", None),
        ((0.79, 0.0, 0.0, 0.0, 0.0, 0, 0.21), "Uncertain", "uncertain", None),  # 0.79 with that it is a bird
        ((0.1, 0.0, 0.0, 0.0, 0.0, 0, 0.9), "Not a bird", "not-a-bird", 0.9),
    ],
)
def test_an_answer_rolls_up_to_the_lowest_rank_that_is_sure_enough(
    probabilities: tuple[float, ...], name: str, rank: str, probability: float | None
) -> None:
    rolled = told(*probabilities).rolled
    assert (rolled.name, rolled.rank) == (name, rank)
    assert rolled.probability == (None if probability is None else pytest.approx(probability, abs=1e-3))


def test_a_species_has_its_latin_name_and_a_group_is_called_by_its_own() -> None:
    assert told(1, 0, 0, 0, 0, 0, 0).rolled.scientific_name == "Ardea cinerea"
    assert told(1, 1, 0, 0, 0, 0, 0).rolled.scientific_name == "Ardea"
    assert told(1, 0, 0, 0, 1, 0, 0).rolled.scientific_name is None


def test_thresholds_are_a_batchs_and_a_species() -> None:
    some = (0.65, 0.1, 0.1, 0.05, 0.05, 0, 0.05)
    assert told(*some).rolled.name == "Ardeidae"
    assert told(*some, threshold=0.5).rolled.name == "Grey Heron"
    for name in ("grey heron", "Ardea cinerea"):
        assert told(*some, thresholds={name: 0.6}).rolled.name == "Grey Heron"
    assert told(*some, threshold=0.5, thresholds={"Grey Heron": 0.9}).rolled.name == "Ardea"
    assert told(*some, thresholds={"Dodo": 0.1}).rolled.name == "Ardeidae"


def test_a_temperature_takes_the_place_of_the_models() -> None:
    some = (0.65, 0.1, 0.1, 0.05, 0.05, 0, 0.05)
    sharper = told(*some, temperature=0.25)
    assert sharper.rolled.name == "Grey Heron"
    of_model = bundle(classes=CLASSES, temperature=0.25)
    assert sharper == told(*some, of=of_model)


def test_a_class_that_is_a_group_says_so() -> None:
    classes = (ModelClass(species="Quail", scientific_name="Phasianidae"), ModelClass(species="Mallard"))
    rolled = told(0.95, 0.05, of=bundle(classes=classes)).rolled
    assert (rolled.name, rolled.scientific_name, rolled.rank) == ("Quail", "Phasianidae", NameRank.FAMILY)


def test_a_model_that_does_not_tell_birds_is_believed_that_there_is_one() -> None:
    classes = CLASSES[:5]
    unsure = told(0.5, 0, 0, 0, 0.5, of=bundle(classes=classes))
    assert (unsure.bird_probability, unsure.rolled.name, unsure.rolled.probability) == (
        None,
        "Unknown bird",
        None,
    )
    scored = bundle(classes=classes, bird_score=BirdScore(middle=0.0, slope=1.0))
    assert told(0.9, 0.05, 0, 0, 0.05, of=scored).bird_probability is not None


def some_readings(count: int, classes: int, seed: int = 0) -> list[Reading]:
    """Every third was looked at twice."""
    logits = rounded(np.random.default_rng(seed).normal(0, 4, (2, count * classes)).reshape(-1, classes))
    found = [Reading(logits[row : row + 1]) for row in range(count)]
    for row in range(0, count, 3):
        found[row] = found[row].closer(logits[count + row], BOX)
    return found


@pytest.fixture(scope="module")
def birds525() -> Bundle:
    return read_bundle(default_model())


def test_what_is_told_of_a_photo_depends_on_no_other(birds525: Bundle) -> None:
    readings = some_readings(40, len(birds525.classes))
    score, settings = Scorer(birds525), ScoringSettings(threshold=0.3)
    together = score(readings, settings, 5)
    assert together == [score([one], settings, 5)[0] for one in readings]
    assert together[::-1] == score(readings[::-1], settings, 5)
    assert len({one.rolled.rank for one in together}) > 2
    assert {one.box for one in together} == {None, BOX}


def test_one_look_is_told_as_the_answer_that_it_is(birds525: Bundle) -> None:
    readings = some_readings(9, len(birds525.classes))
    for one, scored in zip(readings, Scorer(birds525)(readings, ScoringSettings(), 5), strict=True):
        if len(one.looks) == 1:
            [expected] = Answerer(birds525)(one.looks, 5)
            assert isinstance(expected, PhotoAnswer)
            assert scored.predictions == expected.predictions
            assert scored.bird_probability == expected.bird_probability


def test_equal_logits_are_told_in_the_models_order() -> None:
    assert [one["species"] for one in told(1, 1, 1, 1, 1, 1, 1).predictions] == [
        one.species for one in CLASSES[:3]
    ]


def test_rounding_moves_no_answer_that_counts() -> None:
    logits = np.random.default_rng(0).normal(3, 5, (200, 7)).astype(np.float32)
    exact, kept = (Answerer(HERONS).read(rows) for rows in (logits, rounded(logits)))
    np.testing.assert_allclose(np.exp(kept.log_species), np.exp(exact.log_species), atol=2e-3)
    assert kept.bird is not None
    assert exact.bird is not None
    np.testing.assert_allclose(kept.bird, exact.bird, atol=2e-3)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_row_that_is_not_finite_is_never_kept_as_if_it_were(bad: float) -> None:
    kept = rounded(np.array([[1.0, bad, 2.0], [1.0, 5.0, -1e30]]))
    assert not np.isfinite(kept[0]).all()
    assert kept[1].tolist() == [-4.0, 0.0, -60_000.0]


def test_readings_are_stored_to_the_last_bit() -> None:
    looks = some_readings(1, 11)[0].looks
    data = packed(looks)
    assert len(data) == 2 * 2 * 11
    np.testing.assert_array_equal(unpacked(data, 11), looks)


def test_every_class_of_the_built_in_model_is_a_taxon(birds525: Bundle) -> None:
    taxa = dict(zip(birds525.species, taxa_of(birds525), strict=True))
    assert [name for name, taxon in taxa.items() if taxon is None] == ["Looney Birds"]
    groups = [name for name, taxon in taxa.items() if taxon is not None and taxon.rank is not Rank.SPECIES]
    assert len(groups) == 17
    for one in birds525.classes:
        taxon = taxa.get(one.species)
        if one.is_bird and taxon is not None:
            assert one.scientific_name == taxon.scientific_name


def test_a_photo_is_told_in_less_than_a_tenth_of_a_millisecond(birds525: Bundle) -> None:
    """With room for a machine that does much else: the best of a few rounds."""
    readings = some_readings(1000, len(birds525.classes))
    score, took = Scorer(birds525), []
    for _ in range(3):
        began = time.process_time()
        score(readings, ScoringSettings(), 5)
        took.append((time.process_time() - began) / len(readings))
    assert min(took) < 200e-6, f"{min(took):.2g} s"


def test_settings_that_are_null_are_the_defaults() -> None:
    nulls = {"temperature": None, "threshold": None, "thresholds": None, "range": None}
    assert ScoringSettings.of(nulls) == ScoringSettings.of(None) == ScoringSettings()
    assert ScoringSettings.of({"range": {"reorder": True}}).reorder
