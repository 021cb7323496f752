"""Commands about what people say of photos: what they can be told."""

from typing import Annotated

import typer

from api.cli.options import Data
from api.cli.running import run_command

MAX_COUNT = 999_999  # birds; the server's


def label(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PHOTO...] [SPECIES]",
            help="Photos by ID, or a beginning that no other has; then any name or code of what they show.",
        ),
    ] = None,
    *,
    batch_id: Annotated[
        str | None,
        typer.Option("--batch", metavar="ID", help="Where PHOTO may be the photo's name in a batch."),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Instead of PHOTO, all of the batch that are like this (may be repeated): species, rank,"
            " min_probability, max_probability, state=failed, reviewed=false, in_range, sighting.",
        ),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Each photo shows what the model says.")] = False,
    note: Annotated[str | None, typer.Option(help="In your own words.")] = None,
    count: Annotated[int | None, typer.Option(help="How many birds.", min=1, max=MAX_COUNT)] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what was said.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Bring back what stood before the last act in the batch, or --act.")
    ] = False,
    act_id: Annotated[str | None, typer.Option("--act", metavar="ID", help="Which act to undo.")] = None,
    data: Data = None,
) -> None:
    """Say what photos show, beside the model's answer: birds label PHOTO SPECIES.

    Of many at once: birds label --batch ID --query reviewed=false --query min_probability=0.95 --accept
    """
    from api.cli.review import label as command

    if undo:
        if batch_id is None or words or query or accept or withdraw:
            raise typer.BadParameter(
                "--undo is for a whole act: say --batch, and --act if it was not the last"
            )
        run_command(command.undo(data, batch_id, act_id))
        return
    photos, species = list(words or ()), None
    if not (accept or withdraw) and photos:
        species = photos.pop()
    if (species is None) != (accept or withdraw) or (accept and withdraw) or act_id:
        raise typer.BadParameter("name a species, or say --accept, --withdraw or --undo")
    if bool(photos) == bool(query):
        raise typer.BadParameter("name photos, or say with --query which ones")
    if (query or accept) and (batch_id is None or withdraw):
        raise typer.BadParameter("say with --batch of which batch")
    order = command.LabelOrder(photos, query or [], species, accept, batch_id, note, count)
    run_command(command.label_photos(data, order))


def labels(
    photo: Annotated[str, typer.Argument(metavar="PHOTO", help="Its ID, or a beginning that no other has.")],
    *,
    batch_id: Annotated[
        str | None, typer.Option("--batch", metavar="ID", help="Where PHOTO is the photo's name in a batch.")
    ] = None,
    data: Data = None,
) -> None:
    """List all that was said of a photo: who, when, and what was shown."""
    from api.cli.review.label import list_labels

    run_command(list_labels(data, photo, batch_id))
