"""Options that say something of a batch: its ID elsewhere, metadata, when it is deleted."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # `birds --help` does not wait for the client
    from api.client.batches import SaidOfBatch

SECONDS = {"h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
_DURATION = re.compile(r"(\d{1,6})([hdw])", re.ASCII)

ClientId = Annotated[
    str | None,
    typer.Option("--client-id", metavar="ID", help="What you call the batch in a system of yours."),
]
Metadata = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="To be told back with the batch; may be given several times."),
]
Expires = Annotated[
    str | None, typer.Option(metavar="30d", help="Delete the batch after so many hours, days or weeks.")
]


def said_of_batch(client_id: str | None, metadata: list[str] | None, expires: str | None) -> "SaidOfBatch":
    """What is given of the three. Raises typer.BadParameter."""
    said: SaidOfBatch = {}
    if client_id is not None:
        said["client_id"] = client_id
    if metadata:
        said["metadata"] = dict(map(_pair, metadata))
    if expires is not None:
        said["expires_in_s"] = _seconds(expires)
    return said


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise typer.BadParameter("say metadata as `key=value`")
    return key, value


def _seconds(text: str) -> int:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise typer.BadParameter("say when it expires as `12h`, `30d` or `8w`")
    return int(found[1]) * SECONDS[found[2]]
