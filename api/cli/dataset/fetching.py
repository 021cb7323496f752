"""Photos of a data set on their way into its folder; what is there already is not fetched again."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.cli.dataset.folder import PlacedPhoto
from api.cli.running import CouldNotRunError
from api.client import BirdsApiError, BirdsClient
from api.client.tasks import run_all
from shared.photo.sniff import JPEG, PNG, WEBP, content_type

AT_ONCE: Final = 6  # as the page and uploads have it
SUFFIXES: Final = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
"""Of what trainers read as it is; of anything else, raw files and HEIC, they are given the server's JPEG."""
GONE: Final = frozenset(("not-found", "missing-object"))


@dataclass
class Fetched:
    """`photos` with their paths; `gone` are digests of those that there are no more."""

    photos: list[PlacedPhoto]
    gone: set[str]
    new: int = 0
    small: int = 0


async def fetch(
    client: BirdsClient,
    folder: Path,
    photos: Sequence[tuple[PlacedPhoto, str]],
    there: Mapping[str, Path],
    ticked: Callable[[int], None],
) -> Fetched:
    """Each into the folder that is said beside it. Raises BirdsApiError, OSError, `CouldNotRunError`."""
    fetched = Fetched([], set())
    waiting = iter(photos)

    async def work() -> None:
        for photo, place in waiting:
            path = await _one(client, folder / place, photo, there.get(photo.sha256), fetched)
            if path is None:
                fetched.gone.add(photo.sha256)
            else:
                fetched.photos.append(replace(photo, path=path.relative_to(folder).as_posix()))
            ticked(len(fetched.photos) + len(fetched.gone))

    await run_all(work() for _ in range(AT_ONCE))
    return fetched


async def _one(
    client: BirdsClient, place: Path, photo: PlacedPhoto, old: Path | None, fetched: Fetched
) -> Path | None:
    place.mkdir(parents=True, exist_ok=True)
    if old is not None:
        return old if old.parent == place else old.replace(place / old.name)
    try:
        data = await client.image(photo.photo_id)
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise CouldNotRunError(f"photo {photo.photo_id} did not come as it was sent; run it again")
        suffix = SUFFIXES.get(content_type(data) or "")
        if suffix is None:
            data, suffix = await client.thumbnail(photo.photo_id), ".jpg"
            fetched.small += 1
    except BirdsApiError as error:
        if error.code in GONE:
            return None
        raise
    fetched.new += 1
    return await asyncio.to_thread(_write, place / f"{photo.sha256}{suffix}", data)


def _write(path: Path, data: bytes) -> Path:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)
    return path
