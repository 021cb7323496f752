"""`birds handover`: a folder of several formats of one moment, with a manifest that `birds verify` checks."""

import asyncio
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from api.cli.handover.verify import MANIFEST, verified_folder
from api.cli.ids import find_batch
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client.patience import IMPATIENT
from api.client.records import ExportFormat, License


async def hand_over(
    data: Path | None,
    batch_id: str,
    folder: Path,
    formats: Sequence[ExportFormat],
    license: License | None = None,
) -> None:
    """Into `folder`, which is not there yet, or empty. Raises `CouldNotRunError`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CouldNotRunError(f"{folder} is there already, and not empty")
    try:
        with TemporaryFile() as file:
            async with connected(data, IMPATIENT) as client:
                batch = await find_batch(client, batch_id)
                await client.save_handover(batch["id"], file, formats, license)
            await asyncio.to_thread(_unpack, file, folder)
    except OSError as error:
        raise CouldNotRunError(f"{folder} can't be written: {error.strerror or error}") from None


def _unpack(file: BinaryIO, folder: Path) -> None:
    """All of it, checked, or nothing."""
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parent, prefix=f".{folder.name}.") as place:
        new = Path(place) / "handover"
        with zipfile.ZipFile(file) as archive:
            archive.extractall(new)  # which keeps names within the folder
        verified = verified_folder(new)
        if verified.faults:
            raise CouldNotRunError(f"what came does not add up: {verified.faults[0]}")
        if folder.exists():
            folder.rmdir()
        shutil.move(new, folder)
    for name, one in verified.manifest["formats"].items():
        missing = ", ".join(f"{why} {number:,}" for why, number in one["left_out"].items())
        say(f"{name}: {counted(len(one['files']), 'file')}" + (f"; left out: {missing}" if missing else ""))
    print(f"{MANIFEST} sha256 {verified.sha256}")
