"""JSON responses, and what a browser is told a download is called (Content-Disposition)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel

_UNSAFE = re.compile(r"[^\w .()@+-]", re.ASCII)


def json_response(
    document: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=document.model_dump_json().encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def disposition(kind: str, file_name: str) -> str:
    """A Content-Disposition header: `kind` is `inline` or `attachment`; old clients get an ASCII name."""
    plain = _UNSAFE.sub("_", file_name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
