"""`birds models show`: what a model is, and by which engines workers run it. Needs the ledger alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.markup import escape

from api.cli.operator.ledger import open_ledger
from api.cli.operator.model_facts import card, classes, facts
from api.cli.output import report_console
from api.cli.running import CouldNotRunError
from shared.errors import BirdsError
from shared.ledger.models import EngineNote, Model, engine_notes, list_models
from shared.local_stack import LocalStackError

MINUTE = "%Y-%m-%d %H:%M"


async def print_model(data: Path | None, name: str | None, *, with_classes: bool, with_card: bool) -> None:
    """Its engines and what it is; of the model called `name`, NAME@VERSION or its reference, else of the
    active one.

    Raises `CouldNotRunError` where no worker has loaded such a model.
    """
    async with open_ledger(data) as ledger:
        model = _wanted(await list_models(ledger), name)
        notes = await engine_notes(ledger, model.id)
    try:
        lines = [*facts(model), *(classes(model) if with_classes else ())]
        if with_card:
            lines += ["", await card(model, data)]
    except (BirdsError, LocalStackError) as error:
        raise CouldNotRunError(error.detail if isinstance(error, BirdsError) else str(error)) from None
    console = report_console()
    console.print(f"[bold]{escape(f'{model.name}@{model.version}')}[/bold]" + ", active" * model.active)
    for line in (line for note in notes for line in told(note)):
        console.print(escape(line), highlight=False)
    if not notes:
        console.print("no worker has said by which engine it runs it", highlight=False)
    for line in lines:
        console.print(escape(line), highlight=False)


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
