"""The model registry in object storage: `models/<name>/<version>/`, each version written once."""

from pathlib import Path
from typing import Protocol

from shared.errors import BirdsError, Code
from shared.vision.bundle import (
    BUNDLE_FILE,
    CARD_FILE,
    Bundle,
    check_files,
    parse_bundle,
    read_bundle,
)
from shared.vision.refs import BUILT_IN, RegistryRef
from shared.vision.staging import staged

PREFIX = "models/"


class Objects(Protocol):
    """What the registry needs of object storage."""

    async def get(self, key: str) -> bytes: ...
    async def get_file(self, key: str, path: Path) -> None: ...
    async def put_file(self, key: str, path: Path, content_type: str) -> None: ...
    async def keys(self, prefix: str) -> list[str]: ...
    async def size(self, key: str) -> int | None: ...


async def publish(objects: Objects, folder: Path) -> RegistryRef:
    """Upload a bundle, and its card where it has one.

    Raises BirdsError (invalid-request) if this version is published already, or its name is not to be had.

    `bundle.json` goes last: a version without it does not exist yet, and an upload that broke off can be
    repeated.
    """
    bundle = read_bundle(folder)
    check_files(folder, bundle)
    ref = RegistryRef(bundle.name, bundle.version)
    if bundle.name in BUILT_IN:
        raise BirdsError(
            Code.INVALID_REQUEST, f"{bundle.name} is a model that comes with Birds; choose another name."
        )
    if await objects.size(_key(ref, BUNDLE_FILE)) is not None:
        raise BirdsError(Code.INVALID_REQUEST, f"{ref} is published already; raise the version.")
    for name in bundle.digests:
        await objects.put_file(_key(ref, name), folder / name, "application/octet-stream")
    if (folder / CARD_FILE).exists():
        await objects.put_file(_key(ref, CARD_FILE), folder / CARD_FILE, "text/markdown; charset=utf-8")
    await objects.put_file(_key(ref, BUNDLE_FILE), folder / BUNDLE_FILE, "application/json")
    return ref


async def fetch(objects: Objects, ref: RegistryRef, cache_dir: Path) -> Path:
    """The folder of a published bundle under `cache_dir`, downloaded once, its files verified.

    Raises BirdsError (no-model) if there is no such version or its bytes are not what was published.
    """
    target = cache_dir / ref.name / ref.version
    if target.is_dir():
        return target
    bundle = await published(objects, ref)
    with staged(target) as folder:
        await objects.get_file(_key(ref, BUNDLE_FILE), folder / BUNDLE_FILE)
        for name in bundle.digests:
            await objects.get_file(_key(ref, name), folder / name)
        check_files(folder, bundle)
    return target


async def published(objects: Objects, ref: RegistryRef) -> Bundle:
    """The bundle alone, without its weights; raises BirdsError (no-model)."""
    try:
        data = await objects.get(_key(ref, BUNDLE_FILE))
    except BirdsError as error:
        if error.code is Code.MISSING_OBJECT:
            raise BirdsError(Code.NO_MODEL, f"{ref} is not in the model registry.") from error
        raise
    bundle = parse_bundle(data, str(ref))
    if bundle.id != str(ref):
        raise BirdsError(Code.NO_MODEL, f"{ref} in the model registry says that it is {bundle.id}.")
    return bundle


async def card(objects: Objects, ref: RegistryRef) -> str | None:
    """What its publisher wrote of it; None where that was nothing."""
    try:
        return (await objects.get(_key(ref, CARD_FILE))).decode()
    except BirdsError as error:
        if error.code is Code.MISSING_OBJECT:
            return None
        raise


async def versions(objects: Objects) -> list[RegistryRef]:
    """Every published model, by name."""
    found = []
    for key in sorted(await objects.keys(PREFIX)):
        parts = key.removeprefix(PREFIX).split("/")
        if len(parts) == 3 and parts[2] == BUNDLE_FILE:
            found.append(RegistryRef(parts[0], parts[1]))
    return found


def _key(ref: RegistryRef, file: str) -> str:
    return f"{PREFIX}{ref.name}/{ref.version}/{file}"
