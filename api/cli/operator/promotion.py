"""`birds models promote`: which model workers are to run. Needs the ledger, not the api."""

import asyncio
import time
from pathlib import Path

from api.cli.operator.ledger import open_ledger
from api.cli.running import EXIT_ALL_DONE, EXIT_SOME_FAILED, CouldNotRunError, say
from shared.errors import BirdsError
from shared.ledger.database import Pool
from shared.ledger.models import promote, promotion, take_back
from shared.local_stack import LocalStackError
from shared.objects import open_object_store
from shared.settings import SharedSettings
from shared.stack_settings import settings_or_stack
from shared.vision.bundle import read_bundle
from shared.vision.refs import FolderRef, HubRef, ModelRef, RegistryRef, parse_ref
from shared.vision.registry import published

TAKEN_UP_S = 15.0  # workers look for a promoted model every BIRDS_MODEL_POLL_S, 2 s where nobody says
LOADED_S = 300.0  # half a gigabyte from a hub
LOOK_AGAIN_S = 0.2


async def promote_model(data: Path | None, text: str, *, wait: bool) -> int:
    """Make the model of reference `text` the active one, and `wait` for a worker to say that it loaded it.

    Returns the exit status, 1 where it could not: the earlier one stays. Raises `CouldNotRunError` where
    there is no such model.
    """
    try:
        reference, terms = await existing(parse_ref(text), data)
    except BirdsError as error:
        raise CouldNotRunError(error.detail) from None
    async with open_ledger(data) as ledger:
        await promote(ledger, str(reference))
        say(f"promoted {reference}; workers switch to it")
        terms = terms or "not known here; `birds models list` has it once it is loaded"
        say(f"licence of its weights: {terms}")
        return await outcome(ledger, str(reference)) if wait else EXIT_ALL_DONE


async def outcome(ledger: Pool, source: str) -> int:
    """What workers make of it."""
    began = time.monotonic()
    while True:
        found = await promotion(ledger)
        if found is None or found.source != source:
            say("meanwhile another model was promoted")
            return EXIT_ALL_DONE
        if found.good:
            say(f"{source} is loaded")
            return EXIT_ALL_DONE
        if found.failure is not None:
            await take_back(ledger, source)
            say(f"birds: {source} can't be loaded: {found.failure}")
            say("workers go on with the model before it")
            return EXIT_SOME_FAILED
        waited_s = time.monotonic() - began
        if waited_s > (LOADED_S if found.loading else TAKEN_UP_S):
            said = "a worker is still loading it" if found.loading else "no worker has taken it up"
            say(f"after {waited_s:.0f} s {said}; `birds models list` tells when it is active")
            return EXIT_ALL_DONE
        await asyncio.sleep(LOOK_AGAIN_S)


async def existing(reference: ModelRef, data: Path | None) -> tuple[ModelRef, str | None]:
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
