"""From the name of a model to the folder of its bundle, wherever it comes from."""

import asyncio
from pathlib import Path
from typing import assert_never

from shared.vision import registry
from shared.vision.refs import FolderRef, ModelRef, RegistryRef, StarterRef, TimmRef
from shared.vision.sources.starter import starter
from shared.vision.sources.timm_hub import timm_model


async def bundle_folder(ref: ModelRef, cache_dir: Path, objects: registry.Objects) -> Path:
    """Raises BirdsError (no-model) with what to do about it; the folder is ready for `loading.load`."""
    match ref:
        case StarterRef():
            return await asyncio.to_thread(starter, cache_dir)
        case TimmRef(name):
            return await asyncio.to_thread(timm_model, name, cache_dir)
        case FolderRef(path):
            return path
        case RegistryRef():
            return await registry.fetch(objects, ref, cache_dir / "registry")
        case _:
            assert_never(ref)
