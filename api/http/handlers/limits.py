"""What this server takes, for clients that choose what to send."""

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.limits import Limits
from api.services import Services


async def read(services: Services) -> web.Response:
    settings = services.settings
    return json_response(
        Limits(
            max_photo_bytes=settings.max_photo_bytes,
            max_photo_pixels=settings.max_photo_pixels,
            raw_previews=settings.raw_previews,
        )
    )
