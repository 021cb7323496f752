"""Files that were given to a batch and became no photo of it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Query
from shared import records

MAX_REFUSED = 1000  # files in a page, or told in one request: about 200 kB
MAX_DETAIL = 500  # characters that are kept: a sentence or two
_CODE = Field(
    max_length=50,
    pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
    description="`left-out`, `unreadable`, or what else keeps a file from being sent",
)


class RefusedQuery(Query):
    cursor: UUID | None = Field(None, description="`next_cursor` of the page before")
    limit: int = Field(MAX_REFUSED, ge=1, le=MAX_REFUSED)


class RefusedDocument(Document):
    name: str
    code: str
    detail: str
    refused_at: datetime

    @classmethod
    def of(cls, file: records.RefusedFile) -> Self:
        return cls(name=file.name, code=file.code, detail=file.detail, refused_at=file.refused_at)


class RefusedPage(Document):
    """In the order of time."""

    refused: list[RefusedDocument]
    next_cursor: UUID | None = Field(description="For the next page; null on the last")


class UnsentFile(Body):
    name: str = Field(description="Made tidy as the names of uploaded files are")
    code: str = _CODE
    detail: str = Field(description="A sentence for a person")


class UnsentFiles(Body):
    files: list[UnsentFile] = Field(min_length=1, max_length=MAX_REFUSED)
