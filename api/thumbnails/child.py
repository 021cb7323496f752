"""The sandboxed process that makes thumbnails: reads photos from its standard input until that is closed."""

import resource
import signal
import sys
from typing import BinaryIO

from api.thumbnails import wire
from shared.errors import BirdsError, Code
from shared.photo.thumbnail import thumbnail

MAX_MEMORY = 3 * 1024**3  # a picture of 200 megapixels unpacks to 800 MB, twice where it is converted


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the api; it closes our input
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)


def _limit_memory() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, most))
    except (OSError, ValueError):
        pass  # macOS knows the limit and refuses it


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    while head := requests.read(wire.REQUEST.size):
        max_pixels, size = wire.REQUEST.unpack(head)
        worked, payload = _made(requests.read(size), max_pixels)
        replies.write(wire.REPLY.pack(worked, len(payload)) + payload)
        replies.flush()


def _made(data: bytes, max_pixels: int) -> tuple[bool, bytes]:
    try:
        return True, thumbnail(data, max_pixels=max_pixels)
    except BirdsError as error:
        return False, f"{error.code} {error.detail}".encode()
    except MemoryError:
        return False, f"{Code.TOO_MANY_PIXELS} It unpacks to more memory than a photo may take.".encode()


if __name__ == "__main__":
    main()
