"""What people have said of the photos of batches, as a data set has use for it; the rest is counted."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.cli.dataset.classes import SpeciesName
from api.client import BatchDocument, BirdsApiError, BirdsClient
from api.client.records import Result

NO_BIRD: Final = None
"""In the stead of a species: the photo shows no bird."""
REASONS: Final = {
    "bird": "called a bird, and no more",
    "genus": "called by a genus",
    "family": "called by a family",
    "order": "called by an order",
    "failed": "no picture that can be read",
    "same-bytes": "the bytes of another photo",
    "contradicted": "the same bytes under several names",
    "no-sightings": "in a batch without sightings: frames of one bird can't be told",
    "nothing-to-learn-from": "of a species with no photo in train/ yet",
    "withheld": "of a sighting that others are measured by, but learned from before",
    "gone": "deleted meanwhile",
}
"""Why a reviewed photo is left out."""


@dataclass(frozen=True, slots=True)
class ReviewedPhoto:
    """One whose name says what it shows."""

    sha256: str
    photo_id: str
    batch_id: str
    species: SpeciesName | None  # NO_BIRD


@dataclass
class Gathered:
    """`frames` are (digest, sighting) of all answered photos, reviewed or not."""

    frames: list[tuple[str, str | None]] = field(default_factory=list)
    photos: dict[str, ReviewedPhoto] = field(default_factory=dict)
    batches: list[BatchDocument] = field(default_factory=list)
    reviewed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def leave_out(self, digest: str, reason: str) -> None:
        if self.photos.pop(digest, None) is not None:
            self.left_out[reason] += 1


async def gather(client: BirdsClient, batches: AsyncIterator[BatchDocument]) -> Gathered:
    """Reviewed photos by digest. Raises BirdsApiError."""
    found = Gathered()
    contradicted: set[str] = set()
    async for batch in batches:
        reviewed = found.reviewed
        grouped = await _has_sightings(client, batch["id"])
        async for photo in client.photos(batch["id"]):
            found.frames.append((photo["sha256"], photo["sighting_id"]))
            if photo["final"] is not None and photo["final"]["by"] == "person":
                found.reviewed += 1
                _take(found, contradicted, photo, batch["id"], grouped=grouped)
        if found.reviewed > reviewed:
            found.batches.append(batch)
    for digest in contradicted:
        found.leave_out(digest, "contradicted")
    return found


def _take(found: Gathered, contradicted: set[str], photo: Result, batch_id: str, *, grouped: bool) -> None:
    final = photo["final"]
    assert final is not None
    if photo["state"] != "done":
        found.left_out["failed"] += 1
    elif final["rank"] not in ("species", "not-a-bird"):
        found.left_out[final["rank"]] += 1
    elif not grouped:
        found.left_out["no-sightings"] += 1
    else:
        species = (final["name"], final["scientific_name"]) if final["rank"] == "species" else NO_BIRD
        one = ReviewedPhoto(photo["sha256"], photo["photo_id"], batch_id, species)
        other = found.photos.setdefault(one.sha256, one)
        if other is not one:
            found.left_out["same-bytes"] += 1
            if not _agree(other.species, species):
                contradicted.add(one.sha256)


def _agree(one: SpeciesName | None, other: SpeciesName | None) -> bool:
    """Whether both are of one species: models and lists may call it otherwise in English."""
    if one is None or other is None:
        return one is other
    return one[0].casefold() == other[0].casefold() or (one[1] is not None and one[1] == other[1])


async def _has_sightings(client: BirdsClient, batch_id: str) -> bool:
    """They are made when a batch is finished; of others, and of those from before there were any, now."""
    standing = (await client.sightings.names(batch_id))["standing"]
    if standing["total"] is None and standing["up_to_date"]:
        try:
            await client.sightings.make(batch_id)
        except BirdsApiError as error:
            if error.code != "missing-scope":
                raise
            return False
    await client.sightings.made(batch_id)
    return True


def in_words(left_out: Counter[str]) -> Sequence[str]:
    """A line a reason, the most frequent first."""
    return [f"left out {count:,}: {REASONS.get(why, why)}" for why, count in left_out.most_common()]
