"""What a process and its sandbox say to each other over their socket (length-prefixed framing).

A request is head + photo, a reply is head + payload; both begin with the two lengths. Heads are JSON, not
pickles: a sandbox that a hostile photo took over must not be able to run code in the process that it serves.
"""

import json
import struct
from collections.abc import Callable
from typing import Any, Final

from shared.errors import BirdsError, Code

Task = Callable[[bytes, dict[str, Any]], tuple[dict[str, Any], bytes | memoryview]]
"""What a sandbox does with the bytes of one photo and its arguments: (facts, payload); raises BirdsError."""

LENGTHS: Final = struct.Struct("!II")
MAX_REPLY_HEAD: Final = 4096
"""Bytes; the longest is an error with its detail."""
_MAX_DETAIL: Final = 500


def error_head(error: BirdsError) -> bytes:
    return json.dumps({"error": error.code, "detail": error.detail[:_MAX_DETAIL]}).encode()


def facts_of(head: bytes) -> dict[str, Any]:
    """The facts of a reply; raises the BirdsError that the sandbox met."""
    facts: dict[str, Any] = json.loads(head)
    if "error" in facts:
        raise BirdsError(Code(facts["error"]), facts["detail"])
    return facts
