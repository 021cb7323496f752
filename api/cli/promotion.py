"""`birds models promote`: which model workers are to run. Needs the ledger, not the api."""

import asyncio
from pathlib import Path

from api.cli.ledger import open_ledger
from api.cli.running import CouldNotRunError, say
from shared.errors import BirdsError
from shared.ledger.models import promote
from shared.local_stack import LocalStackError
from shared.objects import open_object_store
from shared.settings import SharedSettings
from shared.stack_settings import settings_or_stack
from shared.vision.bundle import read_bundle
from shared.vision.refs import FolderRef, HubRef, ModelRef, RegistryRef, parse_ref
from shared.vision.registry import published


async def promote_model(data: Path | None, text: str, *, wait: bool) -> int:
    """Make the model of reference `text` the active one. Raises `CouldNotRunError` where there is none."""
    try:
        reference, terms = await _existing(parse_ref(text), data)
    except BirdsError as error:
        raise CouldNotRunError(error.detail) from None
    async with open_ledger(data) as ledger:
        await promote(ledger, str(reference))
    say(f"promoted {reference}; workers switch to it")
    say(f"licence of its weights: {terms or 'not known here; `birds models list` has it once it is loaded'}")
    return 0


async def _existing(reference: ModelRef, data: Path | None) -> tuple[ModelRef, str | None]:
    """The reference as workers are to read it, and its license. Raises BirdsError where it leads nowhere.

    Names of timm are looked up by the worker, which alone has timm.
    """
    match reference:
        case FolderRef(path):
            # A worker has another working directory.
            return FolderRef(path.absolute()), read_bundle(path).license
        case RegistryRef():
            async with open_object_store(_settings(data)) as objects:
                return reference, (await published(objects, reference)).license
        case HubRef():
            return await asyncio.to_thread(_on_the_hub, reference)
    return reference, None


def _on_the_hub(reference: HubRef) -> tuple[HubRef, str | None]:
    """At its commit, so that all workers run the same. A worker may reach what is out of reach from here."""
    try:
        from shared.vision.sources.hub import look_up  # its client comes with the worker
    except ModuleNotFoundError:
        return reference, None
    try:
        return look_up(reference)
    except BirdsError as error:
        say(error.detail)
        return reference, None


def _settings(data: Path | None) -> SharedSettings:
    try:
        return settings_or_stack(SharedSettings, data)
    except LocalStackError as error:
        raise CouldNotRunError(str(error)) from None
