"""Commands that take a batch's answers to where people's work goes on: what they can be told."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import BatchId, Data


def tag(
    batch_id: BatchId,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="With the photos, and what is below it.")],
    *,
    embed: Annotated[
        bool, typer.Option("--embed", help="Into JPEG files themselves; all others get a file beside them.")
    ] = False,
    reviewed_only: Annotated[
        bool, typer.Option("--reviewed-only", help="Only names that a person has confirmed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, say what would be.")] = False,
    data: Data = None,
) -> None:
    """Write the birds of a batch as keywords (XMP) beside your own photos, for Lightroom, digiKam, Immich.

    Keywords that are there stay. Run again after a correction: what Birds wrote is replaced, nothing else.
    Exit status: 0 all done, 1 some files were left alone, 2 could not run.
    """
    from api.cli.running import run_command
    from api.cli.tag import TagOrder, tag_photos

    order = TagOrder(batch_id, folder, embed, reviewed_only, dry_run)
    raise typer.Exit(run_command(tag_photos(data, order)))
