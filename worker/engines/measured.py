"""Which way to run a model on this machine: the quickest whose answers stay the same, by measuring."""

import hashlib
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.vision.bundle import Bundle
from shared.vision.precision import AGREEING, Precision
from worker.engines.engine import Engine
from worker.engines.findings import EngineFindings, keep, kept, measuring_alone
from worker.engines.same import same, textures
from worker.engines.shape import Shape

SECONDS: Final = 0.6  # each shape of each way is timed for
DIFFERS: Final = "on this machine it answers otherwise than fp32 in one pass at a time"
HOW: Final = "2"  # another one where the same machine is to measure again: 2 is with numpy in one thread
WORTH: Final = 1.05  # times the speed: for less, no more photos are held in the engine
GROWTH_WORTH: Final = 1.02  # times the speed: for less, no batch grows, however many photos wait
PLAIN: Final = Shape(1, 8)
"""In which the reference is asked for the answers that all others must give. OpenVINO 2026.1 to 2026.4
answers nonsense in more streams than one where packed weights are left to it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a model, in whatever shape."""

    precision: Precision
    open: Callable[[Shape], Engine]
    timed: Callable[[Shape], Engine] | None = None
    """Opens one that does with drawn photos what the other one does with real ones, where that differs."""


def quickest(
    ways: Mapping[str, Way],
    bundle: Bundle,
    folder: Path,
    shapes: Sequence[Shape],
    accelerator: str | None = None,
) -> tuple[Engine, EngineFindings]:
    """Of `ways` by their names, the first of which is the reference, and of `shapes`. Warmed up.

    What was found is kept in `folder`, for this model, this machine, these versions, and the `accelerator`
    where one computes. A way that can't be opened or that answers otherwise is left out. Raises whatever the
    reference does.
    """
    path = folder / f"{_key(ways, bundle, shapes, accelerator)}.json"
    findings = _kept(path, ways)
    if findings is None:
        with measuring_alone(folder):
            findings = _kept(path, ways)  # by another worker that was first
            if findings is None:
                findings = _measure(ways, bundle, shapes, accelerator)
                keep(path, findings, bundle.id)
    return _warm(ways[findings.way].open, findings.shape), findings


def _kept(path: Path, ways: Mapping[str, Way]) -> EngineFindings | None:
    findings = kept(path)
    return findings if findings is not None and findings.way in ways else None


def photos_per_s(engine: Engine, photos: NDArray[np.uint8], size: int) -> float:
    """Of all its streams together, each in a thread as in the worker, in batches of `size`."""
    batch = np.resize(photos, (size, *photos.shape[1:]))
    engine.look(batch)
    until = time.perf_counter() + SECONDS

    def stream(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            engine.look(batch)
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


def largest_worth_growing_to(speeds: Mapping[Shape, float], shape: Shape) -> int:
    """Photos in the largest batch: what is quickest where so many wait anyway; those of `shape`, or more."""
    larger = [one for one in speeds if one.streams == shape.streams and one.batch_size > shape.batch_size]
    quickest = max(larger, key=speeds.__getitem__, default=shape)
    return quickest.batch_size if speeds[quickest] > GROWTH_WORTH * speeds[shape] else shape.batch_size


def _measure(
    ways: Mapping[str, Way], bundle: Bundle, shapes: Sequence[Shape], accelerator: str | None
) -> EngineFindings:
    photos = textures(bundle.input.size)
    reference = next(iter(ways))
    engine = _warm(ways[reference].open, PLAIN)
    trial = _Trial(bundle, photos, answers_of(engine, photos))
    engine.close()
    first = [one for one in shapes if one.batch_size == shapes[0].batch_size]
    for name, way in ways.items():
        told = bundle.agreement.get(way.precision)
        if name != reference and told is not None and not told.is_enough(way.precision):
            trial.left_out[name] = f"{told}; {AGREEING[way.precision]:.1%} is asked"
        else:
            trial.run(name, way, first)
    if not trial.speeds:  # a model that answers nothing finite, say: it is run all the same
        trial.speeds[reference] = {replace(first[0], streams=1): 0.0}
    by_way = {name: max(speeds.values()) for name, speeds in trial.speeds.items()}
    taken = max(by_way, key=by_way.__getitem__)
    trial.run(taken, ways[taken], shapes)
    shape = least_of_the_quickest(trial.speeds[taken])
    return EngineFindings(
        processor=accelerator or f"{_processor_name()}, {os.cpu_count()} cores",
        way=taken,
        streams=shape.streams,
        batch_size=shape.batch_size,
        largest_batch=shapes[0].grown or largest_worth_growing_to(trial.speeds[taken], shape),
        photos_per_s=by_way,
        left_out=trial.left_out,
        by_shape={str(one): speed for one, speed in trial.speeds[taken].items()},
    )


class _Trial:
    """Tries ways in shapes, and remembers how quick those are whose answers are the reference's."""

    def __init__(self, bundle: Bundle, photos: NDArray[np.uint8], expected: NDArray[np.float32]) -> None:
        self.speeds: dict[str, dict[Shape, float]] = {}
        """Photos a second by way and shape."""
        self.left_out: dict[str, str] = {}
        self._bundle = bundle
        self._photos = photos
        self._expected = expected

    def run(self, name: str, way: Way, shapes: Sequence[Shape]) -> None:
        """In each of `shapes`, unless it has been: opened once for all batch sizes."""
        for streams in sorted({one.streams for one in shapes}):
            sizes = sorted(one.batch_size for one in shapes if one.streams == streams)
            try:
                self._in_sizes_that_fit(name, way, streams, sizes)
            except Exception as error:  # whatever a runtime says of what it can't do
                self.left_out[name] = str(error).partition("\n")[0]

    def _in_sizes_that_fit(self, name: str, way: Way, streams: int, sizes: Sequence[int]) -> None:
        """Raises MemoryError where not even the least does."""
        for most in range(len(sizes), 0, -1):
            try:
                return self._in_shape(name, way, Shape(streams, sizes[most - 1]), sizes[:most])
            except MemoryError:
                if most == 1:
                    raise

    def _in_shape(self, name: str, way: Way, shape: Shape, sizes: Sequence[int]) -> None:
        with _opened(way.open, shape) as engine:
            if not same(self._bundle, way.precision, self._expected, answers_of(engine, self._photos)):
                self.left_out[f"{name}, {shape.streams} at a time"] = DIFFERS
                return
            if way.timed is None:
                return self._time(name, engine, sizes)
        with _opened(way.timed, shape) as engine:
            self._time(name, engine, sizes)

    def _time(self, name: str, engine: Engine, sizes: Sequence[int]) -> None:
        found = self.speeds.setdefault(name, {})
        for size in sorted({min(size, engine.batch_size) for size in sizes}):
            one = Shape(engine.streams, size)
            if one not in found:
                found[one] = round(photos_per_s(engine, self._photos, size), 1)


@contextmanager
def _opened(opened: Callable[[Shape], Engine], shape: Shape) -> Iterator[Engine]:
    engine = _warm(opened, shape)
    try:
        yield engine
    finally:
        engine.close()


def _warm(opened: Callable[[Shape], Engine], shape: Shape) -> Engine:
    engine = opened(shape)
    try:
        engine.warm_up()
    except BaseException:
        engine.close()
        raise
    return engine


def answers_of(engine: Engine, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = engine.batch_size
    return np.concatenate([engine.look(photos[at : at + size]).logits for at in range(0, len(photos), size)])


def _key(ways: Mapping[str, Way], bundle: Bundle, shapes: Sequence[Shape], accelerator: str | None) -> str:
    """Of everything that the choice depends on."""
    told = [f"{precision} {found}" for precision, found in bundle.agreement.items()]
    facts = [HOW, *bundle.digests.values(), *told, *map(str, shapes), *ways, *_processor()]
    facts += [version("openvino"), version("numpy"), accelerator or "cpu"]
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
