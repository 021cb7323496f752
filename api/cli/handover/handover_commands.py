"""Commands that take a batch's answers to where people's work goes on: what they can be told."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.batches.batch_commands import ExportFormat
from api.cli.options import BatchId, Data, GivenLicense


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
    from api.cli.handover.tag import TagOrder, tag_photos
    from api.cli.running import run_command

    order = TagOrder(batch_id, folder, embed, reviewed_only, dry_run)
    raise typer.Exit(run_command(tag_photos(data, order)))


def handover(
    batch_id: BatchId,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="To be made; may be there and empty.")],
    *,
    formats: Annotated[
        str, typer.Option("--formats", metavar="NAME,NAME", help="As of export.")
    ] = "csv,jsonl",
    license: GivenLicense = None,
    data: Data = None,
) -> None:
    """Write a batch in several formats, all of one moment, with a manifest that tells what they are made of.

    Its SHA-256 is printed: who is told it can tell that nothing was changed since (birds verify).
    """
    from api.cli.handover.handover import hand_over
    from api.cli.running import run_command

    names = [name.strip() for name in formats.split(",")]
    known = {kind.value: kind for kind in ExportFormat}
    if unknown := [name for name in names if name not in known]:
        raise typer.BadParameter(f"{unknown[0]} is no format; there are {', '.join(known)}")
    run_command(
        hand_over(
            data,
            batch_id,
            folder,
            [known[name].value for name in names],
            None if license is None else license.value,
        )
    )


def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="That birds handover made.")],
    *,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", metavar="DIGEST", help="Of the manifest, as it was told when it was made."),
    ] = None,
) -> None:
    """Check that a handover is as it was made, and that its counts add up; needs no server.

    Exit status: 0 it is, 1 something was changed, 2 could not run.
    """
    from api.cli.handover.verify import verify_folder
    from api.cli.running import in_one_line

    with in_one_line():
        raise typer.Exit(verify_folder(folder, sha256))


def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Results of MegaDetector (1.x) or SpeciesNet.")
    ],
    batch_id: Annotated[str, typer.Option("--batch", metavar="ID", help="Whose photos they are of.")],
    *,
    as_labels: Annotated[
        bool, typer.Option("--as-labels", help="Make labels of what the file is sure of.")
    ] = False,
    least: Annotated[
        float, typer.Option("--least", min=0, max=1, help="Certainty from which it is; 1: a person's word.")
    ] = 1.0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Each photo as a line of JSON.")
    ] = None,
    data: Data = None,
) -> None:
    """Compare another tool's results with a batch, photo by photo, told by their names.

    With --as-labels, what is certain there becomes a person's word here, under your name and with the file's
    in its note: say a lower certainty only where you have looked at them.
    """
    from api.cli.handover.import_results import ImportOrder, import_results
    from api.cli.running import run_command

    run_command(import_results(data, ImportOrder(file, batch_id, least if as_labels else None, output)))
