"""A candidate in a process of its own: if it crashes, hangs or takes too much memory, that is what ends.

It decodes its photos itself, so that the worker's decoders and engine know nothing of it, and it runs at a
low priority: the active model's answers come first.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.shadow import ShadowAnswer, register_candidate
from shared.objects import ObjectStore
from shared.photo.sandbox.process import SandboxDied, SandboxProcess
from shared.records import ModelId
from shared.vision.bundle import read_bundle
from shared.vision.refs import parse_ref
from shared.vision.sources.resolve import bundle_folder
from worker.shadow.memory import free_bytes
from worker.shadow.task import ANSWER

TIMEOUT_S: Final = 300.0
"""For loading, or for one photo: at its priority both take many times as long while the machine is busy."""
NICENESS: Final = 10
"""A thread of it gets a tenth of what one of the worker's does, where both want the same core."""
_MB: Final = 1024**2
_FAULTS = (Code.NO_MODEL, Code.INTERNAL)  # of the candidate, not of a photo


class CandidateBroken(Exception):
    """It can't be loaded, or does not answer; says why."""


@dataclass(frozen=True, slots=True)
class CandidateProcess:
    """A candidate that is loaded and warm."""

    model_id: ModelId
    id: str  # name@version
    _process: SandboxProcess
    _arguments: bytes

    async def answer(self, data: bytes) -> ShadowAnswer:
        """To one photo. Raises CandidateBroken, or BirdsError where that photo is to blame."""
        return ShadowAnswer(**await _asked(self._process, data, self._arguments))


class Candidates:
    """Opens them."""

    def __init__(
        self, pool: Pool, objects: ObjectStore, cache: Path, *, engine: str, memory_mb: int, max_pixels: int
    ) -> None:
        self._pool = pool
        self._objects = objects
        self._cache = cache
        self._memory_bytes = memory_mb * _MB
        self._arguments: dict[str, Any] = {"engine": engine, "max_pixels": max_pixels}

    @asynccontextmanager
    async def opened(self, source: str) -> AsyncIterator[CandidateProcess]:
        """Raises CandidateBroken, BirdsError, or whatever else a bad model raises."""
        free = free_bytes()
        if free is not None and free < self._memory_bytes:
            raise CandidateBroken(
                f"{free // _MB:,} MB are free, and a candidate may take {self._memory_bytes // _MB:,}"
            )
        folder = await bundle_folder(parse_ref(source), self._cache, self._objects)
        bundle = read_bundle(folder)
        arguments = json.dumps({**self._arguments, "folder": str(folder)}).encode()
        process = await SandboxProcess.start(ANSWER, TIMEOUT_S, NICENESS, self._memory_bytes)
        try:
            await _asked(process, b"", arguments)
            model_id = await register_candidate(
                self._pool,
                name=bundle.name,
                version=bundle.version,
                digest=bundle.weights_sha256,
                source=source,
                bundle=bundle.model_dump(mode="json"),
            )
            yield CandidateProcess(model_id, bundle.id, process, arguments)
        finally:
            await process.stop()


async def _asked(process: SandboxProcess, data: bytes, arguments: bytes) -> dict[str, Any]:
    try:
        said, _ = await process.run(data, arguments, at_most=0)
    except TimeoutError:
        raise CandidateBroken(f"it took more than {TIMEOUT_S:g} s") from None
    except SandboxDied:
        raise CandidateBroken("its process died") from None
    except BirdsError as error:
        if error.code in _FAULTS:
            raise CandidateBroken(error.detail) from None
        raise
    return said
