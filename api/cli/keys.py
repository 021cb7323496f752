"""`birds key`: who may use the system. Needs the ledger, not the api."""

from typing import Annotated

import typer

from api.cli.options import Data

app = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Keys of one name see the same batches.")]
Which = Annotated[
    str, typer.Argument(metavar="WHICH", help="A name, an id or a beginning, as `list` shows them.")
]


@app.command()
def create(name: Name, data: Data = None) -> None:
    """Make a key and print it; it is not shown again."""
    from api.cli.keyring import make_key
    from api.cli.running import run_command

    print(run_command(make_key(data, name)))


@app.command(name="list")
def list_(data: Data = None) -> None:
    """List all keys by their beginnings, the oldest first."""
    from api.cli.keyring import print_keys
    from api.cli.running import run_command

    run_command(print_keys(data))


@app.command()
def revoke(which: Which, data: Data = None) -> None:
    """End keys: all of a name, or a single one."""
    from api.cli.keyring import end_keys
    from api.cli.running import run_command

    run_command(end_keys(data, which))
