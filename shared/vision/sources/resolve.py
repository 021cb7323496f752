"""From the name of a model to the folder of its bundle, wherever it comes from."""

import asyncio
from pathlib import Path
from typing import assert_never

from shared.errors import BirdsError, Code
from shared.vision import registry
from shared.vision.extras import from_extra
from shared.vision.refs import DefaultRef, FolderRef, HubRef, ModelRef, RegistryRef, StarterRef, TimmRef
from shared.vision.sources.default import default_model


async def bundle_folder(ref: ModelRef, cache_dir: Path, objects: registry.Objects | None = None) -> Path:
    """Without `objects` there is no registry. Raises BirdsError (no-model) with what to do about it.

    The sources that need torch are loaded when they are asked for: a folder and the registry do without.
    """
    match ref:
        case DefaultRef():
            return default_model()
        case StarterRef():
            with from_extra("torch", str(ref)):
                from shared.vision.sources.starter import starter

            return await asyncio.to_thread(starter, cache_dir)
        case TimmRef(name):
            with from_extra("torch", str(ref)):
                from shared.vision.sources.timm_hub import timm_model

            return await asyncio.to_thread(timm_model, name, cache_dir)
        case HubRef():
            with from_extra("torch", str(ref)):
                from shared.vision.sources.hub_model import hub_model

            return await asyncio.to_thread(hub_model, ref, cache_dir)
        case FolderRef(path):
            return path
        case RegistryRef() if objects is None:
            raise BirdsError(
                Code.NO_MODEL, f"Give the folder of {ref}, as folder:PATH: there is no registry here."
            )
        case RegistryRef():
            return await registry.fetch(objects, ref, cache_dir / "registry")
        case _:
            assert_never(ref)
