"""Photos on their way in, and single ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Body, Document, Query
from api.http.schemas.batches import MAX_TOP_K
from api.http.schemas.results import MAX_WAIT_S
from api.intake.files import LeftOutEntry, Refused
from shared.client_words import ClientId, Metadata
from shared.errors import Code
from shared.ledger.intake import Accepted
from shared.photo.litter import LITTER_KINDS
from shared.photo.meant import OTHER

MAX_SENT_NAME = 1024  # of a name as it is sent, before it is made tidy
MAX_ANNOUNCED = 1000  # uploads announced or completed in one request: about a second of work
_MAX_SIZE = 2**53 - 1  # the largest integer that every JSON reader keeps exact
_WAIT_S = 30  # for a single photo where the request does not say


class AcceptedFile(Document):
    photo_id: UUID
    name: str
    sha256: str
    duplicate: bool = Field(description="The batch had this photo already; it is counted once")
    companion_of: str | None = Field(
        None, description="Of a camera raw file: the picture beside it, which is the same photo"
    )

    @classmethod
    def of(cls, photo: Accepted) -> Self:
        return cls(
            photo_id=photo.photo_id,
            name=photo.name,
            sha256=photo.blob.sha256.hex(),
            duplicate=photo.duplicate,
            companion_of=photo.companion_of,
        )


class RejectedFile(Document):
    name: str
    code: Code
    detail: str

    @classmethod
    def of(cls, file: Refused, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls(name=file.name, code=file.problem.code, detail=file.problem.detail, **more)


class LeftOutFile(Document):
    name: str
    reason: str = Field(
        description=f"What kind of litter it is: {', '.join(LITTER_KINDS)}; {OTHER}: no photo at all"
    )
    detail: str = Field(description="The same as a sentence for a person")


class UploadReceipt(Document):
    """Each list in the order sent; every file of the request, archives unpacked, is in one of them."""

    accepted: list[AcceptedFile]
    rejected: list[RejectedFile]
    left_out: list[LeftOutFile] = Field(
        description="Entries of archives that nobody means by photos: thumbnails, deleted files, texts, films"
    )

    @classmethod
    def of(
        cls, accepted: Sequence[Accepted], refused: Sequence[Refused], left_out: Sequence[LeftOutEntry]
    ) -> Self:
        return cls(
            accepted=[AcceptedFile.of(photo) for photo in accepted],
            rejected=[RejectedFile.of(file) for file in refused],
            left_out=[LeftOutFile(name=file.name, reason=file.kind, detail=file.detail) for file in left_out],
        )


class AnnouncedFile(Body):
    name: str = Field(description="Made tidy as the names of uploaded files are")
    size: int = Field(ge=0, le=_MAX_SIZE, description="Bytes")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Hexadecimal, lower case")
    content_type: str | None = Field(
        None,
        max_length=100,
        pattern=r"^[!-~]+/[!-~][ -~]*$",
        description="Sent with the upload, not believed",
    )
    client_id: ClientId | None = Field(None, description="What you call it; the first that is said holds")
    metadata: Metadata | None = Field(None, description="What you say of it; told back, never looked into")


class Announcement(Body):
    files: list[AnnouncedFile] = Field(min_length=1, max_length=MAX_ANNOUNCED)


class UploadPlace(Document):
    """Where one file goes; with `stored` nothing is to be sent: its bytes are here already, or those of the
    picture that it lies beside are enough."""

    photo_id: UUID
    name: str
    state: Literal["upload", "stored"]
    method: Literal["PUT"] | None
    url: str | None
    headers: dict[str, str] = Field(description="To be sent with the upload")
    expires_at: datetime | None
    companion_of: str | None = Field(
        None, description="Of a camera raw file: the picture beside it, which is the same photo"
    )
    duplicate: bool = Field(description="The batch had this photo already; it is counted once")


class UploadPlaces(Document):
    files: list[UploadPlace] = Field(description="In the order announced")
    rejected: list[RejectedFile]


class CompletedUploads(Body):
    photo_ids: list[UUID] = Field(min_length=1, max_length=MAX_ANNOUNCED)


class RejectedUpload(RejectedFile):
    photo_id: UUID


class CompletionReceipt(Document):
    """Both lists in the order of the request."""

    accepted: list[AcceptedFile]
    rejected: list[RejectedUpload]


class ClassifyQuery(Query):
    wait: float = Field(_WAIT_S, ge=0, le=MAX_WAIT_S, description="Seconds to wait for the answer")
    name: str | None = Field(
        None, max_length=MAX_SENT_NAME, description="Of the photo, where the body does not give one"
    )
    top_k: int | None = Field(None, ge=1, le=MAX_TOP_K, description="Species in the answer")
    client_id: ClientId | None = Field(None, description="What you call it; of a form, its fields count")
