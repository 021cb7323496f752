"""Several messages are acknowledged at once, and no other with them."""

import pytest

from shared.broker.consumer import together


@pytest.mark.parametrize(
    ("held", "done", "words"),
    [
        ([1, 2, 3], [1, 2, 3], 1),
        ([1, 2, 3], [3, 1], 2),  # 2 is held still, so 3 is named by itself
        ([1, 2, 3, 4], [2, 3], 2),
        ([5, 6, 7, 9], [6, 5], 1),
        ([4], [4], 1),
    ],
)
def test_only_what_is_done_with_is_acknowledged(held: list[int], done: list[int], words: int) -> None:
    oldest = next((tag for tag in held if tag not in done), None)
    said = together(done, oldest)
    left = set(held)
    for tag, multiple in said:  # as a broker takes it
        left -= {one for one in left if one == tag or (multiple and one < tag)}
    assert left == set(held) - set(done)
    assert len(said) == words
