"""`birds dataset export`: from reviewed photos of batches to a folder that a trainer reads."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.cli.dataset.classes import species_folders
from api.cli.dataset.fetching import fetch
from api.cli.dataset.folder import (
    FORMAT,
    MANIFEST,
    NO_BIRDS,
    DatasetBefore,
    PlacedPhoto,
    digest_of,
    folder_of,
    photos_there,
    read_before,
    remove,
    unfinish,
    write_tables,
)
from api.cli.dataset.gathering import Gathered, gather, in_words
from api.cli.dataset.splits import RULE, SHARES, WITHHELD, grouped, placed
from api.cli.ids import find_batch
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client import BatchDocument, BirdsClient
from api.client.patience import Patience

_TOLD_EVERY = 500  # photos


@dataclass(frozen=True, slots=True)
class DatasetOrder:
    """Without `batches`, all of the key's owner; without a seed, that of before, else 0."""

    folder: Path
    batches: Sequence[str] = ()
    seed: int | None = None


async def export_dataset(data: Path | None, order: DatasetOrder) -> None:
    """Raises `CouldNotRunError`."""
    try:
        before = read_before(order.folder)
        seed = _seed(order, before)
        async with connected(data, Patience()) as client:
            await client.check()
            gathered = await gather(client, _batches(client, order.batches))
            if not gathered.reviewed:
                raise CouldNotRunError("nobody has said of any photo what it shows: birds label, or the page")
            placing = _placing(gathered, {} if before is None else before.splits, seed)
            order.folder.mkdir(parents=True, exist_ok=True)
            unfinish(order.folder)
            there = photos_there(order.folder)
            fetched = await fetch(client, order.folder, placing.photos, there, _tell)
        for digest in fetched.gone:
            gathered.leave_out(digest, "gone")
        photos = [*fetched.photos, *placing.withheld]
        manifest = _manifest(order.folder, before, seed, gathered, photos)
        kept = {order.folder / one.path for one in fetched.photos}
        remove(order.folder, set(photos_there(order.folder).values()) - kept)
        write_tables(order.folder, photos, manifest)
    except OSError as error:
        raise CouldNotRunError(f"{order.folder} can't be written: {error.strerror or error}") from None
    _report(order.folder, manifest, gathered, fetched.new, fetched.small)


def _seed(order: DatasetOrder, before: DatasetBefore | None) -> int:
    if before is None:
        return order.seed or 0
    if order.seed not in (None, before.seed):
        raise CouldNotRunError(
            f"{order.folder} was drawn by seed {before.seed}: with another one use a new folder"
        )
    return before.seed


async def _batches(client: BirdsClient, wanted: Sequence[str]) -> AsyncIterator[BatchDocument]:
    if wanted:
        found = {batch["id"]: batch for batch in [await find_batch(client, text) for text in wanted]}
        for batch in found.values():
            yield batch
    else:
        async for batch in client.batches():
            yield batch


@dataclass(frozen=True, slots=True)
class Placing:
    """`photos` each with the folder that it belongs in."""

    photos: list[tuple[PlacedPhoto, str]]
    withheld: list[PlacedPhoto]


def _placing(gathered: Gathered, before: Mapping[str, str], seed: int) -> Placing:
    """Leaves out of `gathered` what has no place."""
    groups = grouped(gathered.frames)
    splits = placed(groups, gathered.photos, before, seed)
    folders = species_folders(one.species for one in gathered.photos.values() if one.species)
    latin = {folders[one]: one[1] for one in sorted(folders, key=lambda one: one[1] or "") if one[1]}
    learned = {
        folders[one.species]
        for digest, one in gathered.photos.items()
        if one.species and splits[digest] == "train"
    }
    placing = Placing([], [])
    for digest, one in sorted(gathered.photos.items()):
        species = None if one.species is None else folders[one.species]
        row = PlacedPhoto(
            sha256=digest,
            split=splits[digest],
            species=species or "",
            scientific_name=latin.get(species or "", ""),
            path="",
            photo_id=one.photo_id,
            batch_id=one.batch_id,
            group=groups[digest],
        )
        if splits[digest] == WITHHELD:
            gathered.leave_out(digest, "withheld")
            placing.withheld.append(row)
        elif species is not None and species not in learned:
            gathered.leave_out(digest, "nothing-to-learn-from")
        else:
            placing.photos.append((row, folder_of(species, splits[digest])))
    return placing


def _manifest(
    folder: Path, before: DatasetBefore | None, seed: int, gathered: Gathered, photos: Sequence[PlacedPhoto]
) -> dict[str, Any]:
    digest = digest_of(photos)
    version = 1 if before is None else before.version + (digest != before.digest)
    counts: dict[str, Counter[str]] = {split: Counter() for split in ("train", "valid", "test")}
    of_batch: defaultdict[str, int] = defaultdict(int)
    for one in photos:
        if one.split != WITHHELD:
            counts[one.split][one.species or NO_BIRDS] += 1
            of_batch[one.batch_id] += 1
    return {
        "format": FORMAT,
        "complete": True,
        "version": version,
        "digest": digest,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "shares": SHARES,
        "rule": RULE,
        "reviewed": gathered.reviewed,
        "photos": len(gathered.photos),
        "left_out": dict(sorted(gathered.left_out.items())),
        "counts": {split: dict(sorted(found.items())) for split, found in counts.items()},
        "batches": [
            {"id": one["id"], "name": one["name"], "photos": of_batch[one["id"]]} for one in gathered.batches
        ],
    }


def _tell(done: int) -> None:
    if done % _TOLD_EVERY == 0:
        say(f"{done:,} photos")


def _report(folder: Path, manifest: Mapping[str, Any], gathered: Gathered, new: int, small: int) -> None:
    for split, species in manifest["counts"].items():
        birds = {name: count for name, count in species.items() if name != NO_BIRDS}
        line = f"{split}: {counted(sum(birds.values()), 'photo')} of {len(birds):,} species"
        say(line + (f", {species[NO_BIRDS]:,} of no bird" if NO_BIRDS in species else ""))
    for line in in_words(gathered.left_out):
        say(line)
    if small:
        say(f"{counted(small, 'photo')} as small JPEGs, since trainers can't read what was sent")
    reviewed = counted(manifest["reviewed"], "reviewed photo")
    say(f"{reviewed}, {manifest['photos']:,} in {folder}, {new:,} fetched now")
    print(f"{MANIFEST} version {manifest['version']} sha256 {manifest['digest']}")
