"""What is drawn, and what its checking states, against simulated reviewers who know the truth."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.audit.drawing import Candidate, band, draw
from shared.audit.effort import USUAL_S, seconds_each
from shared.audit.interval import checks_for
from shared.audit.stating import Statement, state, strata_of

BATCHES = 300
NOMINAL = 0.95


def a_batch(dice: random.Random) -> tuple[list[Candidate], dict[UUID, bool]]:
    """Answers of a model that is surer than it should be, of some species more than of others."""
    count, species = dice.choice([80, 300, 900]), dice.choice([1, 6, 60])
    likely = [1 / (1 + rank) for rank in range(species)]
    hard = [dice.gauss(0, 1.5) for _ in range(species)]
    skill = dice.choice([1.0, 4.0, 8.0])
    found, truth = [], {}
    for name in dice.choices(range(species), likely, k=count):
        probability = 1 - 0.5 * dice.betavariate(0.5, 4)
        one = Candidate(UUID(int=dice.getrandbits(128)), f"Bird {name}", probability)
        found.append(one)
        truth[one.photo] = dice.random() < 1 / (1 + 2.718 ** -(skill + hard[name] + 4 * (probability - 0.8)))
    return found, truth


def reviewed(found: Sequence[Candidate], truth: dict[UUID, bool], seed: int) -> Statement:
    drawn = draw(found, checks_for(len(found), 0.98, 0.018) / len(found), seed)
    return state(strata_of(found), drawn, {one.photo: truth[one.photo] for one in drawn}, threshold=0.5)


def test_over_many_batches_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    dice = random.Random(15)
    batch_held, species_held, promises = [], [], []
    for _ in range(BATCHES):
        found, truth = a_batch(dice)
        said = reviewed(found, truth, dice.getrandbits(64))
        batch_held.append(holds(said.overall, list(truth.values())))
        by_species = defaultdict(list)
        for one in found:
            by_species[one.species].append(truth[one.photo])
        assert said.species.keys() == by_species.keys()
        species_held += [holds(said.species[name], values) for name, values in by_species.items()]
        if said.promised is not None:
            accepted = [truth[one.photo] for one in found if one.probability >= said.promised]
            promises.append(sum(accepted) / len(accepted) >= 0.98)
    assert sum(batch_held) / BATCHES >= NOMINAL
    assert sum(species_held) / len(species_held) >= NOMINAL
    assert len(promises) > BATCHES / 10
    assert sum(promises) / len(promises) >= NOMINAL


def holds(said, truths: list[bool]) -> bool:
    return said.low - 1e-9 <= sum(truths) / len(truths) <= said.high + 1e-9


def some(count: int = 900, species: int = 7) -> list[Candidate]:
    dice = random.Random(3)
    return [
        Candidate(UUID(int=dice.getrandbits(128)), f"Bird {n % species}", dice.uniform(0.5, 1))
        for n in range(count)
    ]


def test_every_photo_has_the_same_chance() -> None:
    found = [Candidate(UUID(int=n), "Rare" if n == 0 else "Common", 0.9 if n < 4 else 0.6) for n in range(10)]
    rounds = 3000
    times = Counter(one.photo for seed in range(rounds) for one in draw(found, 0.3, seed) if one.counts)
    assert all(abs(times[one.photo] / rounds - 0.3) < 0.04 for one in found)


def test_each_stratum_has_its_share_and_each_species_at_least_one() -> None:
    found = some()
    drawn = draw(found, 0.2, 1)
    for stratum, size in Counter((one.species, band(one.probability)) for one in found).items():
        count = sum(one.counts and (one.species, band(one.probability)) == stratum for one in drawn)
        assert abs(count - 0.2 * size) < 1
    few = draw(found, 0.001, 1)
    assert {one.species for one in few} == {one.species for one in found}
    assert not all(one.counts for one in few)


def test_a_seed_draws_the_same_and_a_larger_share_draws_more_beside_them() -> None:
    found = some()
    first = draw(found, 0.1, 7)
    assert draw(list(reversed(found)), 0.1, 7) == first
    assert draw(found, 0.1, 8) != first
    assert {one.photo for one in first if one.counts} < {one.photo for one in draw(found, 0.3, 7)}
    assert len(draw(found, 1.0, 7)) == len(found)


def test_what_counts_for_a_species_alone_says_nothing_of_the_batch() -> None:
    found = [Candidate(UUID(int=n), "Rare" if n == 0 else "Common", 0.9) for n in range(100)]
    drawn = draw(found, 0.1, 2)
    assert [one.species for one in drawn if not one.counts] == ["Rare"]
    said = state(strata_of(found), drawn, {one.photo: one.species != "Rare" for one in drawn}, threshold=0.5)
    assert said.overall.wrong == 0
    assert (said.species["Rare"].wrong, said.species["Rare"].high) == (1, 0.0)


def test_a_threshold_is_proposed_where_those_above_it_are_right() -> None:
    found = [Candidate(UUID(int=n), "Bird", 0.6 if n < 500 else 0.97) for n in range(1500)]
    drawn = draw(found, 0.5, 1)
    right = {one.photo: one.probability > 0.8 or one.photo.int % 3 > 0 for one in drawn}
    said = state(strata_of(found), drawn, right, threshold=0.5)
    assert (said.proposed, said.promised, said.complete) == (0.7, 0.7, True)
    assert said.overall.high < 0.95
    assert said.checks_needed is None
    half = state(strata_of(found), drawn, dict(list(right.items())[::2]), threshold=0.5)
    assert not half.complete
    assert half.overall.high - half.overall.low > said.overall.high - said.overall.low


def test_nothing_to_accept_and_nothing_checked_can_be_stated() -> None:
    empty = state({}, [], {}, threshold=0.9)
    assert (empty.overall.photos, empty.proposed, empty.species) == (0, None, {})
    unchecked = state(strata_of(some()), draw(some(), 0.1, 1), {}, threshold=0.5)
    assert (unchecked.overall.low, unchecked.overall.high, unchecked.proposed) == (0, 1, None)
    assert unchecked.checks_needed is not None


@pytest.mark.parametrize(
    ("gaps", "seconds"),
    [([2.0] * 20, 2), ([2.0] * 20 + [3600], 2), ([2.0] * 5, USUAL_S), ([0.0] * 50, USUAL_S), ([], USUAL_S)],
)
def test_the_pace_is_the_persons_own_where_it_is_known(gaps: list[float], seconds: float) -> None:
    moment, times = datetime(2024, 5, 4, tzinfo=UTC), []
    for gap in gaps:
        times.append(moment)
        moment += timedelta(seconds=gap)
    assert seconds_each([*times, moment]) == seconds
