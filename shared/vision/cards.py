"""The card of a model: what its publisher wrote of it, wherever it lies."""

import asyncio
from pathlib import Path

from shared.errors import BirdsError
from shared.vision import registry
from shared.vision.bundle import CARD_FILE
from shared.vision.refs import DefaultRef, FolderRef, RegistryRef, parse_ref
from shared.vision.sources.default import default_model


async def card_of(source: str, objects: registry.Objects | None = None) -> str | None:
    """Markdown, of the model of this reference; None where it has none that is known here.

    Without `objects` there is no registry.
    """
    try:
        reference = parse_ref(source)
    except BirdsError:  # of a kind that another version of Birds knows
        return None
    match reference:
        case DefaultRef():
            return await asyncio.to_thread(_read, default_model())
        case FolderRef(path):
            return await asyncio.to_thread(_read, path)
        case RegistryRef() if objects is not None:
            return await registry.card(objects, reference)
        case _:
            return None


def _read(folder: Path) -> str | None:
    path = folder / CARD_FILE
    return path.read_text("utf-8") if path.is_file() else None
