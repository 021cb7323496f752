"""`birds label`: a person's word on a photo."""

from pathlib import Path

from api.cli.ids import find_photo
from api.cli.running import say
from api.cli.server import connected
from api.client.patience import IMPATIENT


async def label_photo(data: Path | None, photo: str, species: str | None, batch_id: str | None) -> None:
    """None takes an earlier correction back. Raises `CouldNotRunError`, for an unknown species, too."""
    async with connected(data, IMPATIENT) as client:
        photo_id = await find_photo(client, photo, batch_id)
        await client.label(photo_id, species)
    say(f"photo {photo_id}: " + ("the correction is taken back" if species is None else species))
