"""JSON answers."""

from collections.abc import Mapping

from aiohttp import web
from pydantic import BaseModel


def json_answer(
    document: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=document.model_dump_json().encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
