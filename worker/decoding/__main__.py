"""A decode child: `python -m worker.decoding SOCKET_FD SECONDS MODULE:FUNCTION`, started by the pool alone.

It answers one photo at a time until the socket closes, which it also does when the worker dies.
"""

import faulthandler
import importlib
import logging
import math
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError, Code
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.vision.preprocess import Preprocessing
from worker.decoding import wire

Prepare = Callable[[bytes, Preprocessing, int, Box | None], tuple[NDArray[np.uint8], PhotoFacts]]

_OOM_SCORE = "800"  # of 1000: when memory runs out the kernel takes this process, not the worker
_GRACE_S = 2  # past the worker's own limit; only a child without a worker ever gets there


def main() -> None:
    fd, seconds, name = sys.argv[1:]
    faulthandler.enable()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the worker decides when to stop, by closing the socket
    with suppress(OSError):  # Linux only, and not in every container
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
    module, _, function = name.partition(":")
    prepare: Prepare = getattr(importlib.import_module(module), function)
    with socket.socket(fileno=int(fd)) as worker, suppress(ConnectionError):
        _send(worker, b"{}", b"")  # ready: everything is imported
        _serve(worker, prepare, math.ceil(float(seconds)) + _GRACE_S)


def _serve(worker: socket.socket, prepare: Prepare, seconds: int) -> None:
    while (lengths := _receive(worker, wire.LENGTHS.size)) is not None:
        head_length, data_length = wire.LENGTHS.unpack(lengths)
        head, data = _receive(worker, head_length), _receive(worker, data_length)
        if head is None or data is None:
            return
        signal.alarm(seconds)  # kills even a decoder that loops in C after the worker was killed
        reply = _answer(prepare, data, *wire.parse_request_head(head))
        signal.alarm(0)
        _send(worker, *reply)


def _answer(
    prepare: Prepare, data: bytes, preprocessing: Preprocessing, max_pixels: int, box: Box | None
) -> tuple[bytes, memoryview | bytes]:
    try:
        pixels, facts = prepare(data, preprocessing, max_pixels, box)
    except BirdsError as error:
        return wire.error_head(error), b""
    except MemoryError:
        return wire.error_head(BirdsError(Code.TOO_MANY_PIXELS, "It needs more memory than there is.")), b""
    except Exception as error:  # a fault of ours: say so for this photo and live on for the next
        logging.exception("a photo could not be prepared")
        return wire.error_head(BirdsError(Code.INTERNAL, f"Preparing the photo failed: {error!r}.")), b""
    return wire.facts_head(facts), np.ascontiguousarray(pixels).data.cast("B")


def _receive(worker: socket.socket, length: int) -> bytes | None:
    """Exactly `length` bytes, or None at the end of the stream."""
    data = bytearray(length)
    view, filled = memoryview(data), 0
    while filled < length:
        count = worker.recv_into(view[filled:])
        if count == 0:
            return None
        filled += count
    return bytes(data)


def _send(worker: socket.socket, head: bytes, pixels: memoryview | bytes) -> None:
    prefix = wire.LENGTHS.pack(len(head), len(pixels)) + head
    sent = worker.sendmsg((prefix, pixels))
    if sent < len(prefix):
        worker.sendall(prefix[sent:])
    worker.sendall(memoryview(pixels)[max(0, sent - len(prefix)) :])


if __name__ == "__main__":
    main()
