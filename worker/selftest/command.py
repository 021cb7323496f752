"""Parity of the engine that a worker would take with fp32 on the CPU, photos a second by batch size, what
limits them, and what to set."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError
from shared.vision.agreement import agreement
from shared.vision.bundle import Bundle, read_bundle
from shared.vision.precision import Precision
from shared.vision.refs import DEFAULT_MODEL, parse_ref
from shared.vision.sources.resolve import bundle_folder
from worker.engines.choose import Chosen, EngineKind, choose
from worker.engines.engine import Engine, shape_of
from worker.engines.findings import EngineFindings
from worker.engines.measured import answers_of, photos_per_s
from worker.engines.same import same, textures
from worker.selftest.advice import advise
from worker.selftest.decoding import decoded_per_s, made_jpegs

CACHE: Final = Path("var/models")  # BIRDS_MODEL_CACHE where nobody says: what is found here, workers take
EXIT_FINE, EXIT_DISPARITY, EXIT_COULD_NOT_RUN = 0, 1, 2


def selftest(arguments: Sequence[str]) -> int:
    """Prints a table; returns the exit status, 1 where the engine answers otherwise than fp32 on the CPU."""
    parser = argparse.ArgumentParser(prog="birds-worker selftest", description=__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="birds525, starter, timm:NAME, folder:PATH")
    parser.add_argument(
        "--precision", default="auto", choices=["auto", *Precision], help="as BIRDS_PRECISION has it"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="as BIRDS_MODEL_CACHE has it")
    given = parser.parse_args(arguments)
    try:
        folder = asyncio.run(bundle_folder(parse_ref(given.model), given.cache))
        chosen = choose(
            folder,
            device=given.device,
            precision=given.precision,
            measured=given.cache / "engines",
        )
        return _tell(folder, chosen)
    except BirdsError as error:
        print(f"birds-worker: {error.detail}")
        return EXIT_COULD_NOT_RUN


def _tell(folder: Path, chosen: Chosen) -> int:
    bundle, engine, findings = read_bundle(folder), chosen.engine, chosen.findings
    assert findings is not None  # it was given a folder to keep them in
    row("model", bundle.id)
    row("engine", f"{engine.description}, {shape_of(engine)} photos")
    _tell_findings(findings)
    is_same = _tell_parity(folder, bundle, engine)
    speeds = _by_size(engine, textures(bundle.input.size))
    for size, speed in speeds.items():
        row(f"batches of {size}", f"{speed:8.1f} photos/s")
    _tell_limit(bundle, engine, max(speeds.values()))
    row("set", f"nothing: a worker takes {findings.way}, {findings.shape} photos, by itself")
    engine.close()
    return EXIT_FINE if is_same else EXIT_DISPARITY


def row(name: str, text: str) -> None:
    print(f"{name:<16}{text}")


def _tell_findings(findings: EngineFindings) -> None:
    for way, speed in findings.photos_per_s.items():
        row(f"  {way}", f"{speed:8.1f} photos/s" + ", taken" * (way == findings.way))
    for way, reason in findings.left_out.items():
        row(f"  {way}", f"left out: {reason}")
    for shape, speed in findings.by_shape.items():
        row(f"  {shape}", f"{speed:8.1f} photos/s")


def _tell_parity(folder: Path, bundle: Bundle, engine: Engine) -> bool:
    reference = choose(folder, kind=EngineKind.OPENVINO, precision=Precision.FP32).engine
    photos = textures(bundle.input.size)
    expected, found = answers_of(reference, photos), answers_of(engine, photos)
    reference.close()
    is_same = same(bundle, Precision(engine.description.split()[-1]), expected, found)
    row("beside fp32", str(agreement(bundle, expected, found, "drawn textures")))
    row("", "the same" if is_same else "NOT THE SAME: this engine is not to be used here")
    return is_same


def _by_size(engine: Engine, photos: NDArray[np.uint8]) -> dict[int, float]:
    sizes = [size for size in (1, 4, 8, 16, 32, 64, 128, 256) if size < engine.largest_batch]
    return {size: photos_per_s(engine, photos, size) for size in [*sizes, engine.largest_batch]}


def _tell_limit(bundle: Bundle, engine: Engine, speed: float) -> None:
    cores = os.cpu_count() or 1
    decoded = asyncio.run(decoded_per_s(made_jpegs(), bundle.input.preprocessing))
    for kind, alone in decoded.items():
        found = advise(speed, alone, cores, shares_cores=" cpu " in engine.description)
        row(f"JPEGs of {kind}", f"{alone:8.1f} photos/s decoded by one process")
        row("  with engine", f"{found.photos_per_s:8.1f} photos/s, most of it {found.limit}")
        row("  set", f"BIRDS_DECODE_PROCESSES={found.processes}")
