"""The JSON of files on their way in: what became of each."""

from typing import Literal, NotRequired, TypedDict


class AcceptedFile(TypedDict):
    photo_id: str
    name: str
    sha256: str
    duplicate: bool
    companion_of: str | None


class RejectedFile(TypedDict):
    """A file that became no photo: refused by the server, or not sent to it."""

    name: str
    code: str
    detail: str


class LeftOutFile(TypedDict):
    """An entry of an archive that nobody means by photos; `reason`: which kind of litter it is."""

    name: str
    reason: str
    detail: str


class UploadReceipt(TypedDict):
    """What the server made of the photos in one request."""

    accepted: list[AcceptedFile]
    rejected: list[RejectedFile]
    left_out: NotRequired[list[LeftOutFile]]


class AnnouncedFile(TypedDict):
    """A photo that the caller has; `size` in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class UploadPlace(TypedDict):
    """Where an announced photo goes; `stored`: nothing is to be sent."""

    photo_id: str
    name: str
    state: Literal["upload", "stored"]
    method: str | None
    url: str | None
    headers: dict[str, str]
    expires_at: str | None
    companion_of: str | None
    duplicate: bool


class UploadPlaces(TypedDict):
    """`files` in the order announced, without the rejected."""

    files: list[UploadPlace]
    rejected: list[RejectedFile]


class RefusedDocument(TypedDict):
    """A file that was given to a batch and became no photo of it."""

    name: str
    code: str
    detail: str
    refused_at: str
