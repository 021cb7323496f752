"""Photos of one bird are in one split, and stay in it whatever else comes."""

from collections import Counter
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from api.cli.dataset.splits import SHARES, WITHHELD, grouped, placed

FRAMES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9) | st.none()), min_size=1)


def digest(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def frames(*pairs: tuple[int, int | None]) -> list[tuple[str, str | None]]:
    return [(digest(photo), None if sighting is None else f"s{sighting}") for photo, sighting in pairs]


@given(FRAMES, st.integers(0, 3))
def test_no_sighting_and_no_picture_is_in_two_splits(pairs: list[tuple[int, int | None]], seed: int) -> None:
    photos = frames(*pairs)
    groups = grouped(photos)
    found = placed(groups, groups, {}, seed)
    by_sighting = {where: {found[one] for one, other in photos if other == where} for _, where in photos}
    assert all(len(splits) == 1 for sighting, splits in by_sighting.items() if sighting is not None)
    assert set(found.values()) <= set(SHARES)


@given(FRAMES, st.data())
def test_a_photo_stays_where_it_was_as_more_is_reviewed(
    pairs: list[tuple[int, int | None]], data: st.DataObject
) -> None:
    groups = grouped(frames(*pairs))
    some = data.draw(st.sets(st.sampled_from(sorted(groups))))
    first, all_of_them = placed(groups, some, {}, 0), placed(groups, groups, {}, 0)
    assert {one: all_of_them[one] for one in some} == first  # in a new folder
    assert placed(groups, groups, first, 0) == all_of_them  # and in the one of before


def pair_in(one: str, other: str) -> tuple[int, int]:
    """Two photos that alone are drawn into these."""
    where = placed(grouped(frames(*((n, None) for n in range(99)))), [digest(n) for n in range(99)], {}, 0)
    return next(n for n in range(99) if where[digest(n)] == one), max(
        n for n in range(99) if where[digest(n)] == other
    )


def test_of_sightings_that_became_one_the_test_stays_and_what_was_learned_from_is_withheld() -> None:
    learned, measured = pair_in("train", "test")
    before = placed(grouped(frames((learned, 1), (measured, 2))), [digest(learned), digest(measured)], {}, 0)
    merged = grouped(frames((learned, 1), (measured, 1), (1000, 1)))
    after = placed(merged, merged, before, 0)
    assert after == {digest(learned): WITHHELD, digest(measured): "test", digest(1000): "test"}
    again = placed(merged, merged, after, 0)
    assert again == after


def test_equal_bytes_join_sightings_of_several_batches() -> None:
    groups = grouped(frames((1, 1), (2, 1), (2, 2), (3, 2), (4, None)))
    assert len({groups[digest(one)] for one in (1, 2, 3)}) == 1
    assert groups[digest(4)] == digest(4)


def test_shares_are_as_they_are_said_to_be() -> None:
    groups = grouped(frames(*((number, None) for number in range(4000))))
    found = Counter(placed(groups, groups, {}, 0).values())
    assert all(abs(found[split] / 4000 - share) < 0.03 for split, share in SHARES.items())
    assert placed(groups, groups, {}, 1) != placed(groups, groups, {}, 0)
