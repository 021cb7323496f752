"""Which split a photo is of: drawn for all photos that show one bird, and kept once it was drawn.

Frames of one sighting are all but the same picture: one to learn from and another to measure by would flatter
every model (leakage). So what is drawn is not the photo but its *group*: all that is connected by sightings,
and by equal bytes in several batches. The draw is a hash, no shuffle: it is the same whatever else there is.
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Final

SHARES: Final = {"test": 0.2, "valid": 0.1, "train": 0.7}
"""Of the groups. In the order of how much it matters that nothing of it was learned from."""
WITHHELD: Final = "withheld"
"""In the stead of a split: the photo's group is measured by, but the photo itself was in another split."""
RULE: Final = (
    "Photos of one sighting, or of equal bytes, are one group; a group's split is drawn by the SHA-256 of the"
    " seed and of its photos' lowest SHA-256, and stays what it was in the version before. Where groups that"
    " were in several splits are one by now, it is the first of test, valid and train, and photos that were"
    " in another one are withheld."
)


def grouped(photos: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """From each photo's digest to the lowest one of its group, of (digest, sighting); None: of no sighting.

    Give all frames of the sightings, reviewed or not: a group then keeps its name as more are reviewed.
    """
    above: dict[str, str] = {}
    first_of: dict[str, str] = {}  # by sighting
    for digest, sighting in photos:
        above.setdefault(digest, digest)
        if sighting is not None:
            low, high = sorted((_root(above, digest), _root(above, first_of.setdefault(sighting, digest))))
            above[high] = low
    return {digest: _root(above, digest) for digest in above}


def placed(
    groups: Mapping[str, str], wanted: Collection[str], before: Mapping[str, str], seed: int
) -> dict[str, str]:
    """The split of each digest in `wanted`, or `WITHHELD`; `before` is what was said the last time."""
    known: dict[str, set[str]] = {}
    for digest, split in before.items():
        known.setdefault(groups.get(digest, digest), set()).add(split)
    found = {}
    for digest in wanted:
        group = groups[digest]
        split = next((one for one in SHARES if one in known.get(group, ())), None) or _drawn(group, seed)
        found[digest] = split if before.get(digest, split) == split else WITHHELD
    return found


def _root(above: dict[str, str], digest: str) -> str:
    while above[digest] != digest:
        above[digest] = digest = above[above[digest]]
    return digest


def _drawn(group: str, seed: int) -> str:
    draw = int(sha256(f"{seed} {group}".encode()).hexdigest()[:13], 16) / 16**13
    for split, share in SHARES.items():
        if draw < share:
            return split
        draw -= share
    return "train"
