"""Tells a browser what a download is called."""

import re
from urllib.parse import quote

_UNSAFE = re.compile(r"[^\w .()@+-]", re.ASCII)


def disposition(kind: str, file_name: str) -> str:
    """A Content-Disposition header: `kind` is `inline` or `attachment`; old clients get an ASCII name."""
    plain = _UNSAFE.sub("_", file_name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
