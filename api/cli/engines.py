"""`birds models show`: by which engines workers run a model, and why. Needs the ledger, not the api."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.markup import escape

from api.cli.ledger import open_ledger
from api.cli.output import report_console
from api.cli.running import CouldNotRunError
from shared.ledger.models import EngineNote, Model, engine_notes, list_models

MINUTE = "%Y-%m-%d %H:%M"


async def print_engines(data: Path | None, name: str | None) -> None:
    """Of the model called `name`, NAME@VERSION or its reference, else of the active one.

    Raises `CouldNotRunError` where no worker has loaded such a model.
    """
    async with open_ledger(data) as ledger:
        model = _wanted(await list_models(ledger), name)
        notes = await engine_notes(ledger, model.id)
    console = report_console()
    console.print(f"[bold]{escape(f'{model.name}@{model.version}')}[/bold]" + ", active" * model.active)
    for line in (line for note in notes for line in told(note)):
        console.print(escape(line), highlight=False)
    if not notes:
        console.print("no worker has said by which engine it runs it", highlight=False)


def told(note: EngineNote) -> Iterator[str]:
    """Lines of one engine: what it is, and what the worker found when it chose it."""
    yield f"{note.engine}, chosen {note.told_at.strftime(MINUTE)}"
    if note.findings is None:
        yield "  by settings, or because there was no other"
        return
    yield f"  measured on {note.findings['processor']}"
    yield from _ways(note.findings)


def _ways(findings: dict[str, Any]) -> Iterator[str]:
    for way, speed in _quickest_first(findings["photos_per_s"]):
        yield f"  {way:<15}{speed:8.1f} photos/s" + ", taken" * (way == findings["way"])
    for way, reason in findings["left_out"].items():
        yield f"  {way:<15}left out: {reason}"
    for shape, speed in _quickest_first(findings["by_shape"]):
        yield f"    passes x photos {shape:<9}{speed:8.1f} photos/s"


def _quickest_first(speeds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(speeds.items(), key=lambda one: -one[1])


def _wanted(models: list[Model], name: str | None) -> Model:
    for model in models:
        if model.active if name is None else name in {f"{model.name}@{model.version}", model.source}:
            return model
    raise CouldNotRunError(f"no worker has loaded {'the promoted model' if name is None else name}")
