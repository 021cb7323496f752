"""Photos a second of one decode process, on JPEGs made for it."""

import asyncio
import io
import time
from collections.abc import Mapping
from typing import Final

from PIL import Image

from shared.vision.preprocess import Preprocessing
from worker.decode_pool import DecodePool
from worker.engines.same import textures

SECONDS: Final = 2.0
IN_FLIGHT: Final = 2  # one in the process and the next one waiting
MAX_PIXELS: Final = 20_000_000


def made_jpegs() -> dict[str, bytes]:
    """By what they are like: what a web page shows, 18 KB, and what a camera writes, 3.6 MB."""
    base = Image.fromarray(textures(256, 1)[0])
    large = base.resize((4000, 3000), Image.Resampling.BICUBIC)
    grainy = Image.blend(large, Image.effect_noise(large.size, 14).convert("RGB"), 0.5)  # as sensors are
    return {"224 px": _jpeg(grainy.resize((224, 224))), "12 MP": _jpeg(grainy)}


async def decoded_per_s(jpegs: Mapping[str, bytes], spec: Preprocessing) -> dict[str, float]:
    async with DecodePool(1, max_pixels=MAX_PIXELS, timeout_s=20) as pool:
        return {name: await _per_s(pool, data, spec) for name, data in jpegs.items()}


async def _per_s(pool: DecodePool, data: bytes, spec: Preprocessing) -> float:
    await pool.decode(data, spec)
    done, began = 0, time.perf_counter()

    async def decode_on() -> None:
        nonlocal done
        while time.perf_counter() - began < SECONDS:
            await pool.decode(data, spec)
            done += 1

    await asyncio.gather(*(decode_on() for _ in range(IN_FLIGHT)))
    return done / (time.perf_counter() - began)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
