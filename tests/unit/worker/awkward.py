"""What a decode process does in tests: as told by the first bytes of the "photo", which is none."""

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Any

from shared.photo.facts import PhotoFacts
from worker.decode_task import prepare as decode
from worker.decode_task import told

NAME = f"{__name__}:prepare"


def prepare(data: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
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
            bytearray(5 * 1024**3)  # more than a sandbox may have
        case b"log":
            with Path(os.fsdecode(argument.split(b" ")[0])).open("ab") as file:
                file.write(argument.split(b" ")[1] + b"\n")
        case b"answer":
            pass
        case _:
            return decode(data, arguments)
    size = arguments["preprocessing"]["size"]
    return told(PhotoFacts(size, size, "image/test")), bytes([os.getpid() % 251]) * (size * size * 3)


def _once(marker: bytes, action: object) -> None:
    path = Path(os.fsdecode(marker))
    if not path.exists():
        path.touch()
        assert callable(action)
        action()


def _loop() -> None:
    """In C, where no signal handler of Python's would run."""
    ctypes.CDLL(None).pause()
