"""`birds webhooks`: what it can be told."""

from typing import Annotated

import typer

from api.cli.options import Data
from api.cli.running import run_command

webhooks = typer.Typer(
    help="Have other programs told of what happens (Standard Webhooks).", no_args_is_help=True
)
Id = Annotated[
    str, typer.Argument(metavar="ID", help="Of a webhook; its beginning will do where no other begins so.")
]
Event = Annotated[
    list[str] | None,
    typer.Option(
        "--event",
        help="`batch.finished`, `batch.reviewed`, `model.promoted`; may be given several times.",
    ),
]
Description = Annotated[str | None, typer.Option(help="For people.")]


@webhooks.command(name="list")
def list_webhooks(data: Data = None) -> None:
    """List webhooks, the oldest first."""
    from api.cli.webhooks.webhooks import print_webhooks

    run_command(print_webhooks(data))


@webhooks.command()
def create(
    url: Annotated[str, typer.Argument(metavar="URL", help="Events are posted there.")],
    *,
    event: Event = None,
    description: Description = None,
    data: Data = None,
) -> None:
    """Make a webhook, told of all events where none is named, and print its secret; it is not shown again."""
    from api.cli.webhooks.webhooks import create_webhook

    print(run_command(create_webhook(data, url, _said(events=event, description=description))))


@webhooks.command()
def change(
    webhook_id: Id,
    *,
    url: Annotated[str | None, typer.Option(help="Another address.")] = None,
    event: Event = None,
    description: Description = None,
    enabled: Annotated[
        bool | None, typer.Option("--on/--off", help="What happens while it is off is not told.")
    ] = None,
    data: Data = None,
) -> None:
    """Change a webhook; what is not said stays."""
    from api.cli.webhooks.webhooks import change_webhook

    said = _said(url=url, events=event, description=description, enabled=enabled)
    run_command(change_webhook(data, webhook_id, said))


@webhooks.command()
def delete(webhook_id: Id, data: Data = None) -> None:
    """End a webhook."""
    from api.cli.webhooks.webhooks import delete_webhook

    run_command(delete_webhook(data, webhook_id))


@webhooks.command()
def rotate(
    webhook_id: Id,
    *,
    keep_hours: Annotated[
        float, typer.Option(help="How long the secret of before signs beside the new one.", min=0, max=720)
    ] = 24,
    data: Data = None,
) -> None:
    """Give a webhook another secret and print it; it is not shown again."""
    from api.cli.webhooks.webhooks import rotate_secret

    print(run_command(rotate_secret(data, webhook_id, keep_hours)))


@webhooks.command(name="test")
def send_test(webhook_id: Id, data: Data = None) -> None:
    """Send a webhook something and tell what came of it. Exit status: 0 it arrived, 1 it did not."""
    from api.cli.webhooks.webhooks import try_webhook

    raise typer.Exit(run_command(try_webhook(data, webhook_id)))


@webhooks.command()
def deliveries(
    webhook_id: Id,
    *,
    state: Annotated[
        str | None, typer.Option(help="Only those that are `waiting`, `delivered` or `failed`.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 20,
    data: Data = None,
) -> None:
    """List what was sent to a webhook and what came of it, the newest first."""
    from api.cli.webhooks.webhooks import print_deliveries

    run_command(print_deliveries(data, webhook_id, state, limit))


@webhooks.command()
def replay(
    webhook_id: Id,
    delivery_id: Annotated[
        str | None, typer.Argument(metavar="[DELIVERY]", help="The beginning of its ID will do.")
    ] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="All that were given up.")] = False,
    data: Data = None,
) -> None:
    """Send a delivery again, whatever became of it, or all that were given up."""
    from api.cli.webhooks.webhooks import replay_deliveries

    if (delivery_id is None) is not failed:
        raise typer.BadParameter("name a delivery, or say --failed")
    run_command(replay_deliveries(data, webhook_id, delivery_id))


def _said(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}
