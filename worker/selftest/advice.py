"""What limits a worker, from what its engine and one decode process do alone: arithmetic."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    photos_per_s: float
    """What both do together, if nothing else is in the way."""
    limit: str
    """`engine` or `decode`: whichever is the larger part of it."""
    processes: int
    """That are to decode."""


def advise(engine: float, decode: float, cores: int, *, shares_cores: bool) -> Advice:
    """`engine` and `decode` are photos a second, of the whole engine and of one process.

    An engine on the CPU and the decode processes share `cores`; beside one on a GPU the cores only decode.
    """
    if shares_cores:
        computing, decoding = cores / engine, 1 / decode  # core-seconds a photo
        part = decoding / (computing + decoding)
        processes = min(max(1, round(cores * part)), cores)
        return Advice(cores / (computing + decoding), "decode" if part > 0.5 else "engine", processes)
    most = cores * decode
    processes = min(max(1, math.ceil(engine / decode)), cores)
    return Advice(min(engine, most), "decode" if most < engine else "engine", processes)
