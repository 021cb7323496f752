"""What a server takes."""

from pydantic import Field

from api.http.schemas.base import Document


class Limits(Document):
    max_photo_bytes: int = Field(description="Largest photo")
    max_photo_pixels: int = Field(description="Most pixels that a photo may have")
    raw_previews: bool = Field(
        description="Of a camera raw file the JPEG in it is enough, sent under the raw file's name"
    )
