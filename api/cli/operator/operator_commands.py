"""`birds key` and `birds models`: what they can be told. All but `models list` read the ledger itself."""

from typing import Annotated

import typer

from api.cli.options import Data
from api.cli.running import from_extra, run_command

SERVER = "server"  # the extra with what reads the ledger

NoWait = Annotated[bool, typer.Option("--no-wait", help="Leave without asking whether a worker can load it.")]

keys = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)
models = typer.Typer(help="List models, and choose the one that workers run.", no_args_is_help=True)


@keys.command(name="create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Keys of one name see the same batches.")],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it is good for: `upload`, `read`, `review`, `admin`; may be given several times."
            " The first three where none is said."
        ),
    ] = None,
    person: Annotated[str | None, typer.Option(help="Who holds it.")] = None,
    days: Annotated[float | None, typer.Option(help="How long it is good; for ever where not said.")] = None,
    data: Data = None,
) -> None:
    """Make a key and print it; it is not shown again."""
    with from_extra(SERVER):
        from api.cli.operator.keys import make_key

    print(run_command(make_key(data, name, scope or (), person, days)))


@keys.command(name="list")
def list_keys(data: Data = None) -> None:
    """List all keys by their beginnings, the oldest first."""
    with from_extra(SERVER):
        from api.cli.operator.keys import print_keys

    run_command(print_keys(data))


@keys.command(name="revoke")
def revoke_key(
    which: Annotated[
        str, typer.Argument(metavar="WHICH", help="A name, an id or a beginning, as `list` shows them.")
    ],
    data: Data = None,
) -> None:
    """End keys: all of a name, or a single one."""
    with from_extra(SERVER):
        from api.cli.operator.keys import end_keys

    run_command(end_keys(data, which))


@models.command(name="list")
def list_models(data: Data = None) -> None:
    """List models, the newest first."""
    from api.cli.operator.models import print_models

    run_command(print_models(data))


@models.command(name="show")
def show_model(
    reference: Annotated[
        str | None, typer.Argument(metavar="[NAME@VERSION]", help="Else the active one.")
    ] = None,
    *,
    classes: Annotated[bool, typer.Option("--classes", help="And each bird that it can name.")] = False,
    card: Annotated[bool, typer.Option("--card", help="And what its publisher wrote of it.")] = False,
    data: Data = None,
) -> None:
    """Tell what a model is, how good, and by which engines workers run it.

    Needs the ledger, as `birds key` does.
    """
    with from_extra(SERVER):
        from api.cli.operator.engines import print_model

    run_command(print_model(data, reference, with_classes=classes, with_card=card))


@models.command(name="compare")
def compare_models(
    a: Annotated[str, typer.Argument(metavar="A", help="NAME@VERSION of a model that answered the batch.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one; see `birds reanswer`.")],
    *,
    batch_id: Annotated[str, typer.Option("--batch", metavar="ID", help="Its beginning is enough.")],
    limit: Annotated[int, typer.Option(help="Photos to name that they differ in.", min=1, max=1000)] = 20,
    data: Data = None,
) -> None:
    """Compare two models' answers to one batch, and tell how right each is where people know."""
    from api.cli.operator.comparison import print_comparison

    run_command(print_comparison(data, a, b, batch_id, limit))


@models.command(name="promote")
def promote_model(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="`birds525`, `starter`, `timm:NAME`, `hf:OWNER/NAME`, `folder:/path` or `NAME@VERSION`.",
        ),
    ],
    *,
    no_wait: NoWait = False,
    data: Data = None,
) -> None:
    """Let every worker switch to a model, between two batches. Needs the ledger, as `birds key` does.

    Exit status: 0 a worker runs it, or none is there to say; 1 it can't be loaded, and the earlier one stays;
    2 could not run.
    """
    with from_extra(SERVER):
        from api.cli.operator.promotion import promote_model as command

    raise typer.Exit(run_command(command(data, reference, wait=not no_wait)))


@models.command(name="shadow")
def shadow(
    reference: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", help="As of `promote`. Without it: how the candidate does."),
    ] = None,
    *,
    every: Annotated[int, typer.Option(help="It answers one photo of so many.", min=1, max=1_000_000)] = 10,
    off: Annotated[bool, typer.Option("--off", help="The active model answers alone.")] = False,
    data: Data = None,
) -> None:
    """Have a candidate answer some photos, too, and tell whether it is better where people have reviewed.

    No answer is told of a photo, and none waits for it. Needs the ledger, as `birds key` does.
    """
    with from_extra(SERVER):
        from api.cli.operator.shadow import end_candidate, print_trial, set_candidate

    if off:
        run_command(end_candidate(data))
    elif reference is not None:
        run_command(set_candidate(data, reference, every))
    else:
        run_command(print_trial(data))


@models.command(name="swap")
def swap(*, no_wait: NoWait = False, data: Data = None) -> None:
    """Promote the candidate, only if it is better: the 95 % interval of the difference lies above zero.

    Exit status: 0 promoted; 1 it is not known to be better, or can't be loaded; 2 could not run.
    """
    with from_extra(SERVER):
        from api.cli.operator.shadow import swap as command

    raise typer.Exit(run_command(command(data, wait=not no_wait)))


@models.command(name="back")
def back(*, no_wait: NoWait = False, data: Data = None) -> None:
    """Return to the model that served before the active one; once more leads forward again."""
    with from_extra(SERVER):
        from api.cli.operator.shadow import back as command

    raise typer.Exit(run_command(command(data, wait=not no_wait)))
