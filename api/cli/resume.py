"""Running the same command again goes on with the same batch: how that batch is called and found."""

import hashlib
import os
from collections.abc import AsyncIterable, Sequence
from pathlib import Path

from api.client import Batch

BASE_LENGTH = 60  # characters; the rest of a long name tells nothing that the digest does not


def default_name(paths: Sequence[Path], host: str) -> str:
    """The same for the same paths on the same machine, and readable: `trip-1f0c9a7e`."""
    absolute = sorted(os.path.abspath(path) for path in paths)
    digest = hashlib.sha256("\0".join([host, *absolute]).encode("utf-8", "surrogateescape")).hexdigest()
    base = Path(os.path.abspath(paths[0])).name or "photos"
    return f"{base.encode('utf-8', 'replace').decode()[:BASE_LENGTH]}-{digest[:8]}"


async def unfinished_batch(batches: AsyncIterable[Batch], name: str) -> Batch | None:
    """The first of `batches` (newest first) with that name that still has something to do."""
    async for batch in batches:
        if batch["name"] == name and batch["state"] != "finished":
            return batch
    return None
