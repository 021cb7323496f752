"""Options that several commands share."""

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


class LaneName(StrEnum):
    BULK = "bulk"
    INTERACTIVE = "interactive"


class ExportKind(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
