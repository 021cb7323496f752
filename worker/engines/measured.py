"""Which way to run a model on this machine: the quickest whose answers stay the same, by measuring."""

import hashlib
import json
import platform
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from shared.vision.answers import Answerer, PhotoAnswer
from shared.vision.bundle import Bundle
from worker.engines.engine import Engine

PHOTOS: Final = 64
SECONDS: Final = 1.5  # a way is timed for: clocks and caches settle in half of it
TOLERANCE: Final = 0.02  # of a probability
AGREEING: Final = 0.995  # of first answers

Way = Callable[[], Engine]
"""Opens an engine that runs the model in one way."""


def quickest(ways: Mapping[str, Way], bundle: Bundle, folder: Path) -> Engine:
    """Of `ways` by their names, the first of which is the reference: fp32. Warmed up.

    What was found is kept in `folder`, for this model, this machine and these versions. A way that can't be
    opened or that answers otherwise is left out, with a word in the log.
    """
    reference, *others = ways
    if not others:
        return _warm(ways[reference])
    kept = folder / f"{_key(ways, bundle)}.json"
    name = _remembered(kept, ways)
    if name is None:
        speeds = _measure(ways, bundle)
        name = max(speeds, key=speeds.__getitem__)
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"quickest": name, "photos_per_s": speeds}))
        structlog.get_logger().info("engines measured", model=bundle.id, chosen=name, photos_per_s=speeds)
    return _warm(ways[name])


def textures(side: int, count: int = PHOTOS) -> NDArray[np.uint8]:
    """(count, side, side, 3): noise whose spectrum falls as that of photos does, 1 / frequency."""
    random = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    frequency[0, 0] = 1
    spectrum = np.fft.fft2(random.standard_normal((count, 3, side, side))) / frequency
    pixels = np.fft.ifft2(spectrum).real
    pixels -= pixels.mean(axis=(2, 3), keepdims=True)
    pixels *= 50 / pixels.std(axis=(2, 3), keepdims=True)
    shifted = pixels + random.uniform(70, 180, (count, 3, 1, 1))
    return shifted.clip(0, 255).astype(np.uint8).transpose(0, 2, 3, 1)


def agrees(bundle: Bundle, expected: NDArray[np.float32], found: NDArray[np.float32]) -> bool:
    """Whether two engines' logits (N, classes) say the same of the same photos.

    A first answer is the same where the reference itself gives it as much, to the tolerance.
    """
    answers = Answerer(bundle)
    same = 0
    for one, other in zip(answers(expected, len(bundle.species)), answers(found, 1), strict=True):
        if not (isinstance(one, PhotoAnswer) and isinstance(other, PhotoAnswer)):
            return False
        if abs((one.bird_probability or 0) - (other.bird_probability or 0)) > TOLERANCE:
            return False
        given = {prediction["species"]: prediction["probability"] for prediction in one.predictions}
        first = other.predictions[0]["species"]
        same += given.get(first, 0.0) >= one.predictions[0]["probability"] - TOLERANCE
    return same >= AGREEING * len(expected)


def _measure(ways: Mapping[str, Way], bundle: Bundle) -> dict[str, float]:
    """Photos a second of the ways that agree with the first one."""
    photos = textures(bundle.input.size)
    log = structlog.get_logger().bind(model=bundle.id)
    speeds: dict[str, float] = {}
    expected: NDArray[np.float32] | None = None
    for name, way in ways.items():
        try:
            engine = _warm(way)
        except Exception as error:  # whatever a runtime says of what it can't do
            if expected is None:
                raise
            log.warning("engine left out", engine=name, error=str(error).partition("\n")[0])
            continue
        found, speed = _answers(engine, photos), _photos_per_s(engine, photos)
        engine.close()
        if expected is None:
            expected = found
        elif not agrees(bundle, expected, found):
            log.warning("engine left out", engine=name, error="it answers otherwise than fp32")
            continue
        speeds[name] = round(speed, 1)
    return speeds


def _warm(way: Way) -> Engine:
    engine = way()
    engine.warm_up()
    return engine


def _answers(engine: Engine, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = engine.batch_size
    return np.concatenate([engine.predict(photos[at : at + size]) for at in range(0, len(photos), size)])


def _photos_per_s(engine: Engine, photos: NDArray[np.uint8]) -> float:
    """Of all its streams together, each in a thread as in the worker."""
    size = engine.batch_size
    batch = np.resize(photos, (size, *photos.shape[1:]))
    until = time.perf_counter() + SECONDS

    def stream(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            engine.predict(batch)
            done += size
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(engine.streams) as threads:
        photos_done = sum(threads.map(stream, range(engine.streams)))
    return photos_done / (time.perf_counter() - began)


def _remembered(kept: Path, ways: Mapping[str, Way]) -> str | None:
    try:
        name = json.loads(kept.read_bytes())["quickest"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if name in ways else None


def _key(ways: Mapping[str, Way], bundle: Bundle) -> str:
    """Of everything that the choice depends on."""
    facts = [bundle.weights_sha256, _processor(), *ways, version("openvino"), version("numpy")]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    told = [line for line in lines if line.startswith(("model name", "flags"))]
    return "\n".join([*dict.fromkeys(told), str(len(lines))])
