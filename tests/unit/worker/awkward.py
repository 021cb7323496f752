"""What a decode process does in tests: as told by the first bytes of the "photo", which is none."""

import ctypes
import os
import signal
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.vision.preprocess import Preprocessing
from worker.decoding.prepare import prepare as decode

NAME = f"{__name__}:prepare"


def prepare(
    data: bytes, preprocessing: Preprocessing, max_pixels: int, box: Box | None
) -> tuple[NDArray[np.uint8], PhotoFacts]:
    order, _, argument = data.partition(b" ")
    match order:
        case b"segfault":
            ctypes.string_at(0)
        case b"segfault-once":
            _once(argument, lambda: ctypes.string_at(0))
        case b"killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"loop":
            _loop()
        case b"wait":
            while not Path(os.fsdecode(argument)).exists():
                time.sleep(0.005)
        case b"fault":
            raise RuntimeError("a fault of ours")
        case b"memory":
            raise MemoryError
        case b"log":
            with Path(os.fsdecode(argument.split(b" ")[0])).open("ab") as file:
                file.write(argument.split(b" ")[1] + b"\n")
        case b"answer":
            pass
        case _:
            return decode(data, preprocessing, max_pixels, box)
    size = preprocessing.size
    return np.full((size, size, 3), os.getpid() % 251, np.uint8), PhotoFacts(size, size, "image/test")


def _once(marker: bytes, action: object) -> None:
    path = Path(os.fsdecode(marker))
    if not path.exists():
        path.touch()
        assert callable(action)
        action()


def _loop() -> None:
    """In C, where no signal handler of Python's would run."""
    ctypes.CDLL(None).pause()


def broken(
    data: bytes, preprocessing: Preprocessing, max_pixels: int, box: Box | None
) -> tuple[NDArray[np.uint8], PhotoFacts]:
    os._exit(3)
