"""`birds rescore` and `birds reanswer`: a batch's answers told anew, and given anew."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.cli.ids import find_batch
from api.cli.running import CouldNotRunError, counted, say
from api.cli.server import connected
from api.client.patience import IMPATIENT


async def rescore_batch(data: Path | None, text: str, settings: dict[str, Any]) -> None:
    """Says what became of the answers. Raises `CouldNotRunError`."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, text)
        done = await client.scoring.rescore(batch["id"], settings)
    say(f"{done['changed']:,} of {counted(done['photos'], 'answer')} changed")
    if done["without_reading"]:
        say(
            f"{counted(done['without_reading'], 'answer')} stay as they are: they were given before what the"
            " model says was kept"
        )


async def reanswer_batch(data: Path | None, text: str, model: str | None) -> None:
    """Says how many photos are queued. Raises `CouldNotRunError`, where another model is active, too."""
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, text)
        queued = (await client.scoring.reanswer(batch["id"], model))["counts"]["queued"]
    say(
        f"{counted(queued, 'photo')} queued for another answer; `birds models compare` tells what it changed"
        if queued
        else "nothing to answer again: the active model has answered all of it"
    )


def thresholds_of(pairs: Sequence[str]) -> dict[str, float]:
    """Of "Grey Heron=0.6" each. Raises `CouldNotRunError`."""
    found = {}
    for pair in pairs:
        name, _, value = pair.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            name = ""
        if not name:
            raise CouldNotRunError(f"{pair!r} is no threshold: name one as 'Grey Heron=0.6'")
    return found
