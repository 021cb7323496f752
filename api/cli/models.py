"""`birds models`: which models there are, and which one workers are to run."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.ledger import open_ledger
from api.cli.output import report_console
from api.cli.running import CouldNotRunError, say
from api.cli.server import connected
from api.client.patience import IMPATIENT
from shared.errors import BirdsError
from shared.ledger.models import promote
from shared.local_stack import LocalStackError, settings_or_stack
from shared.objects import open_object_store
from shared.settings import SharedSettings
from shared.vision.bundle import read_bundle
from shared.vision.refs import FolderRef, ModelRef, RegistryRef, parse_ref
from shared.vision.registry import published

DIGEST_SHOWN = 12  # hexadecimal digits; enough to tell two sets of weights apart


async def print_models(data: Path | None) -> None:
    """What `GET /v1/models` says, as a table."""
    async with connected(data, IMPATIENT) as client:
        models = await client.models()
    table = Table("", "Model", "Species", "Weights", "Reference", box=None, header_style="bold")
    for model in models["models"]:
        table.add_row(
            "active" if model["active"] else "",
            escape(f"{model['name']}@{model['version']}"),
            f"{model['species']:,}" if model["species"] else "",
            (model["digest"] or "")[:DIGEST_SHOWN],
            escape(model["source"]),
        )
    console = report_console()
    console.print(table)
    if models["active"] and not any(model["active"] for model in models["models"]):
        console.print(f"{models['active']} is promoted; no worker has loaded it yet", highlight=False)


async def promote_model(data: Path | None, text: str) -> None:
    """Make the model of reference `text` the active one. Raises `CouldNotRunError` where there is none."""
    try:
        reference = await _existing(parse_ref(text), data)
    except BirdsError as error:
        raise CouldNotRunError(error.detail) from None
    async with open_ledger(data) as ledger:
        await promote(ledger, str(reference))
    say(f"promoted {reference}; workers switch to it")


async def _existing(reference: ModelRef, data: Path | None) -> ModelRef:
    """The reference as workers are to read it. Raises BirdsError where it leads nowhere.

    Names of timm are looked up by the worker, which alone has timm.
    """
    match reference:
        case FolderRef(path):
            read_bundle(path)
            return FolderRef(path.absolute())  # a worker has another working directory
        case RegistryRef():
            async with open_object_store(_settings(data)) as objects:
                await published(objects, reference)
    return reference


def _settings(data: Path | None) -> SharedSettings:
    try:
        return settings_or_stack(SharedSettings, data)
    except LocalStackError as error:
        raise CouldNotRunError(str(error)) from None
