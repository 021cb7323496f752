"""The limit of large photos: decoding alone, in as many processes as there are cores."""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmark.model import CACHE
from shared.vision.bundle import read_bundle
from shared.vision.refs import parse_ref
from shared.vision.sources.resolve import bundle_folder
from worker.decode_pool import DecodePool
from worker.settings import WorkerSettings


async def photos_per_s(files: Sequence[Path], model: str, seconds: float) -> float:
    """Each one decoded for `model` in a process that does as a worker's do, for so long at least."""
    preprocessing = read_bundle(await bundle_folder(parse_ref(model), CACHE)).input.preprocessing
    photos = [file.read_bytes() for file in files]
    fields = WorkerSettings.model_fields
    cores = os.cpu_count() or 1
    async with DecodePool(cores, max_pixels=fields["max_photo_pixels"].default, timeout_s=60.0) as pool:

        async def keep_decoding(first: int) -> int:
            done = 0
            while time.perf_counter() < until:
                await pool.decode(photos[(first + done) % len(photos)], preprocessing)
                done += 1
            return done

        began = time.perf_counter()
        until = began + seconds
        done = await asyncio.gather(*(keep_decoding(number * 7) for number in range(2 * cores)))
        return sum(done) / (time.perf_counter() - began)
