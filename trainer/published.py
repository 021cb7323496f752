"""Models that were published, as files."""

import asyncio
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.local_stack import LocalStackError
from shared.objects import open_object_store
from shared.settings import ObjectStoreSettings
from shared.stack_settings import settings_or_stack
from shared.vision.refs import RegistryRef, parse_ref
from shared.vision.sources.resolve import bundle_folder
from trainer.training.models import CACHE


def folder_of_published(name: str) -> Path | None:
    """Of NAME@VERSION, fetched from the registry of `BIRDS_S3_*`, else of the local stack; else None.

    Raises BirdsError.
    """
    if Path(name).is_dir() or not isinstance(ref := parse_ref(name), RegistryRef):
        return None
    try:
        storage = settings_or_stack(ObjectStoreSettings, None)
    except LocalStackError as error:
        raise BirdsError(
            Code.NO_MODEL, f"{ref} can't be fetched, there is no registry here: {error}."
        ) from error
    return asyncio.run(_fetched(ref, storage))


async def _fetched(ref: RegistryRef, storage: ObjectStoreSettings) -> Path:
    async with open_object_store(storage) as objects:
        return await bundle_folder(ref, CACHE, objects)
