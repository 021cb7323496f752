"""`birds models list`: which models there are, and which one workers run."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.cli.output import report_console
from api.cli.server import connected
from api.client.patience import IMPATIENT

DIGEST_SHOWN = 12  # hexadecimal digits; enough to tell two sets of weights apart


async def print_models(data: Path | None) -> None:
    """What `GET /v1/models` says, as a table."""
    async with connected(data, IMPATIENT) as client:
        models = await client.models()
    table = Table("", "Model", "Species", "Weights", "Licence", "Reference", box=None, header_style="bold")
    for model in models["models"]:
        table.add_row(
            "active" if model["active"] else "shadow" if model["source"] == models["shadow"] else "",
            escape(f"{model['name']}@{model['version']}"),
            f"{model['species']:,}" if model["species"] else "",
            (model["digest"] or "")[:DIGEST_SHOWN],
            escape(model["license"] or "not known"),
            escape(model["source"]),
        )
    console = report_console()
    console.print(table)
    if models["active"] and not any(model["active"] for model in models["models"]):
        console.print(f"{models['active']} is promoted; no worker has loaded it yet", highlight=False)
