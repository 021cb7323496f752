"""Options and arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="BIRDS_DATA",
        metavar="DIR",
        help="Folder of the local stack, where it is not ./var; used unless BIRDS_URL and BIRDS_KEY are set.",
    ),
]
BatchId = Annotated[
    str, typer.Argument(metavar="ID", help="Of a batch; its beginning will do where no other begins so.")
]
