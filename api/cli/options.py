"""Options and arguments that several commands have."""

from enum import StrEnum
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


class License(StrEnum):
    CC0 = "CC0-1.0"
    BY = "CC-BY-4.0"
    BY_NC = "CC-BY-NC-4.0"


GivenLicense = Annotated[
    License | None, typer.Option("--license", help="Under which it may be used: told by dwca and camtrap-dp.")
]
