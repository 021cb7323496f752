"""Which way to run a model on this machine: the quickest whose answers stay the same, by measuring."""

import hashlib
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.vision.bundle import Bundle
from shared.vision.precision import Precision
from worker.engines.engine import Engine
from worker.engines.findings import Findings, keep, kept
from worker.engines.same import agrees, resembles, textures
from worker.engines.shape import Shape

SECONDS: Final = 0.6  # each shape of each way is timed for
WORTH: Final = 1.05  # times the speed: for less, no more photos are held in the engine


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a model, in whatever shape."""

    precision: Precision
    open: Callable[[Shape], Engine]


def quickest(
    ways: Mapping[str, Way], bundle: Bundle, folder: Path, shapes: Sequence[Shape]
) -> tuple[Engine, Findings]:
    """Of `ways` by their names, the first of which is the reference, and of `shapes`. Warmed up.

    What was found is kept in `folder`, for this model, this machine and these versions. A way that can't be
    opened or that answers otherwise is left out. Raises whatever the reference does.
    """
    path = folder / f"{_key(ways, bundle, shapes)}.json"
    findings = kept(path)
    if findings is None or findings.way not in ways:
        findings = _measure(ways, bundle, shapes)
        keep(path, findings, bundle.id)
    return _warm(ways[findings.way], findings.shape), findings


def photos_per_s(engine: Engine, photos: NDArray[np.uint8], size: int) -> float:
    """Of all its streams together, each in a thread as in the worker, in batches of `size`."""
    batch = np.resize(photos, (size, *photos.shape[1:]))
    engine.predict(batch)
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


def least_of_the_quickest(speeds: Mapping[Shape, float]) -> Shape:
    """The one with the fewest photos that no larger one is WORTH more than."""
    first, *others = sorted(speeds, key=lambda one: one.photos)
    best = first
    for shape in others:
        if speeds[shape] > WORTH * speeds[best]:
            best = shape
    return best


def _measure(ways: Mapping[str, Way], bundle: Bundle, shapes: Sequence[Shape]) -> Findings:
    photos = textures(bundle.input.size)
    widest = max(shapes, key=lambda one: (one.streams, -one.batch_size))
    speeds, left_out = _by_way(ways, bundle, photos, widest)
    way = max(speeds, key=speeds.__getitem__)
    by_shape = _by_shape(ways[way], photos, shapes)
    shape = least_of_the_quickest(by_shape)
    return Findings(
        processor=f"{_processor_name()}, {os.cpu_count()} cores",
        way=way,
        streams=shape.streams,
        batch_size=shape.batch_size,
        photos_per_s=speeds,
        left_out=left_out,
        by_shape={str(one): speed for one, speed in by_shape.items()},
    )


def _by_way(
    ways: Mapping[str, Way], bundle: Bundle, photos: NDArray[np.uint8], shape: Shape
) -> tuple[dict[str, float], dict[str, str]]:
    """Photos a second of the ways that agree with the first one, and why the others are left out."""
    speeds: dict[str, float] = {}
    left_out: dict[str, str] = {}
    expected: NDArray[np.float32] | None = None
    for name, way in ways.items():
        told = bundle.agreement.get(way.precision)
        if expected is not None and told is not None and not told.is_enough(way.precision):
            left_out[name] = str(told)
            continue
        try:
            engine = _warm(way, shape)
        except Exception as error:  # whatever a runtime says of what it can't do
            if expected is None:
                raise
            left_out[name] = str(error).partition("\n")[0]
            continue
        found = _answers(engine, photos)
        if expected is None:
            expected, same = found, True
        else:
            same = agrees(bundle, expected, found) if told is None else resembles(expected, found)
        if same:
            speeds[name] = round(photos_per_s(engine, photos, engine.batch_size), 1)
        else:
            left_out[name] = "on this machine it answers otherwise than fp32"
        engine.close()
    return speeds, left_out


def _by_shape(way: Way, photos: NDArray[np.uint8], shapes: Sequence[Shape]) -> dict[Shape, float]:
    found: dict[Shape, float] = {}
    for streams in sorted({one.streams for one in shapes}):
        sizes = [one.batch_size for one in shapes if one.streams == streams]
        engine = _warm(way, Shape(streams, max(sizes)))
        for size in sorted({min(size, engine.batch_size) for size in sizes}):
            shape = Shape(engine.streams, size)
            if shape not in found:
                found[shape] = round(photos_per_s(engine, photos, size), 1)
        engine.close()
    return found


def _warm(way: Way, shape: Shape) -> Engine:
    engine = way.open(shape)
    engine.warm_up()
    return engine


def _answers(engine: Engine, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = engine.batch_size
    return np.concatenate([engine.predict(photos[at : at + size]) for at in range(0, len(photos), size)])


def _key(ways: Mapping[str, Way], bundle: Bundle, shapes: Sequence[Shape]) -> str:
    """Of everything that the choice depends on."""
    told = [f"{precision} {found}" for precision, found in bundle.agreement.items()]
    facts = [*bundle.digests.values(), *told, *map(str, shapes), *ways, *_processor()]
    facts += [version("openvino"), version("numpy")]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _processor() -> list[str]:
    """All that tells it from others."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return [platform.processor() or platform.machine()]
    told = [line for line in lines if line.startswith(("model name", "flags"))]
    return [*dict.fromkeys(told), str(os.cpu_count())]


def _processor_name() -> str:
    return _processor()[0].partition(":")[2].strip() or _processor()[0]
