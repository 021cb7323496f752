"""A sandbox: `python -m shared.photo.sandbox FD SECONDS NICENESS MEMORY MODULE:FUNCTION`.

`process` alone makes one. It does its task for one photo at a time until the socket closes, which it also
does when the process that it serves dies.
"""

import faulthandler
import importlib
import json
import logging
import math
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.photo.sandbox import wire

_OOM_SCORE = "800"  # of 1000: when memory runs out the kernel takes this process, not the one it serves
_READ_AHEAD = 64 * 1024
"""Bytes: a small photo comes at once with what is asked of it."""
_GRACE_S = 2  # past the limit of the served process; only an orphan ever gets there


def main() -> None:
    fd, seconds, niceness, memory, name = sys.argv[1:]
    faulthandler.enable()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # whom it serves decides when to stop, by closing the socket
    with suppress(OSError):  # Linux only, and not in every container
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
    module, _, function = name.partition(":")
    task: wire.Task = getattr(importlib.import_module(module), function)
    os.nice(int(niceness))  # only now: somebody waits for the imports
    _limit_memory(int(memory))
    with socket.socket(fileno=int(fd)) as served, suppress(ConnectionError):
        _send(served, b"{}", b"")  # ready: everything is imported
        _serve(served, task, math.ceil(float(seconds)) + _GRACE_S)


def _limit_memory(most_bytes: int) -> None:
    with suppress(OSError, ValueError):  # macOS has no /proc, knows the limit and refuses it
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + most_bytes, most))


def _serve(served: socket.socket, task: wire.Task, seconds: int) -> None:
    asked = served.makefile("rb", _READ_AHEAD)  # what is larger is read to where it stays
    while len(lengths := asked.read(wire.LENGTHS.size)) == wire.LENGTHS.size:
        head_length, data_length = wire.LENGTHS.unpack(lengths)
        head, data = asked.read(head_length), asked.read(data_length)
        if len(head) < head_length or len(data) < data_length:
            return
        signal.alarm(seconds)  # kills even a decoder that loops in C after the served process was killed
        reply = _done(task, data, head)
        signal.alarm(0)
        _send(served, *reply)


def _done(task: wire.Task, data: bytes, head: bytes) -> tuple[bytes, memoryview | bytes]:
    try:
        facts, payload = task(data, json.loads(head))
    except BirdsError as error:
        return wire.error_head(error), b""
    except MemoryError:
        return wire.error_head(BirdsError(Code.TOO_MANY_PIXELS, "It needs more memory than there is.")), b""
    except Exception as error:  # a fault of ours: say so for this photo and live on for the next
        logging.exception("a photo could not be decoded")
        return wire.error_head(BirdsError(Code.INTERNAL, f"Decoding the photo failed: {error!r}.")), b""
    return json.dumps(facts).encode(), payload


def _send(served: socket.socket, head: bytes, payload: memoryview | bytes) -> None:
    prefix = wire.LENGTHS.pack(len(head), len(payload)) + head
    sent = served.sendmsg((prefix, payload))
    if sent < len(prefix):
        served.sendall(prefix[sent:])
    served.sendall(memoryview(payload)[max(0, sent - len(prefix)) :])


if __name__ == "__main__":
    main()
