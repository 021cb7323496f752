"""The limit: the engine alone, as a worker runs it, with nothing else to do.

Prints photos a second, the cores that it kept busy, and seconds that a batch on each stream takes.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.benchmark.model import CACHE, folder_of
from shared.photo.decode import decode
from shared.vision.allocator import keep_freed_memory
from shared.vision.bundle import read_bundle
from worker.engines.choose import choose
from worker.engines.engine import Engine

BATCHES = 32  # different ones: no cache makes them quicker than photos that come, and as many are in doubt


def main() -> None:
    kind, model, precision, photos, seconds = sys.argv[1:]
    keep_freed_memory()
    folder = folder_of(model)
    engine = choose(folder, kind=kind, precision=precision, measured=CACHE / "engines").engine
    prepare = read_bundle(folder).input.preprocessing
    pixels = []
    for path in islice(sorted(Path(photos).glob("*.jpg")), BATCHES * engine.batch_size):
        decoded = decode(path.read_bytes(), max_pixels=10**9, min_side=prepare.scaled_side)
        pixels.append(prepare(decoded.image))
    photos_per_s, busy = _measure(engine, pixels, float(seconds))
    print(photos_per_s, busy, engine.batch_size * engine.streams / photos_per_s)


def _measure(engine: Engine, pixels: list[NDArray[np.uint8]], seconds: float) -> tuple[float, float]:
    """In threads of its own, as in the worker."""
    engine.warm_up()
    size = engine.batch_size
    batches = [np.stack(pixels[start : start + size]) for start in range(0, len(pixels), size)]
    with ThreadPoolExecutor(engine.streams) as threads:
        busy, began = time.process_time(), time.perf_counter()
        streams = [threads.submit(_stream, engine, batches, began + seconds) for _ in range(engine.streams)]
        photos = sum(stream.result() for stream in streams)
        took = time.perf_counter() - began
    return photos / took, (time.process_time() - busy) / took


def _stream(engine: Engine, batches: list[NDArray[np.uint8]], until: float) -> int:
    photos = 0
    for batch in cycle(batches):
        if time.perf_counter() >= until:
            break
        photos += len(engine.look(batch).logits)
    return photos


if __name__ == "__main__":
    main()
