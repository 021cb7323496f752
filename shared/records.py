"""The nouns of the ledger: frozen, typed, and free of any idea how they are stored or sent."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType
from uuid import UUID

import uuid6

from shared.final_name import FinalName, RolledName
from shared.photo.box import Box
from shared.photo.taken import TAKEN_COLUMNS, TakenTime
from shared.place.effective import PlaceAndTime, place_and_time
from shared.place.site import Site, site_of
from shared.scoring.reading import Reading
from shared.scoring.settings import ScoringSettings

OwnerId = NewType("OwnerId", UUID)
KeyId = NewType("KeyId", UUID)
BatchId = NewType("BatchId", UUID)
PhotoId = NewType("PhotoId", UUID)
BlobId = NewType("BlobId", UUID)
ModelId = NewType("ModelId", UUID)


def new_id() -> UUID:
    """A UUIDv7: ordered by time, so that new rows land at the end of their index."""
    return UUID(int=uuid6.uuid7().int)


class Lane(StrEnum):
    """Which of the two queues a photo waits on."""

    INTERACTIVE = "interactive"
    BULK = "bulk"


class Scope(StrEnum):
    """What a key may be used for; none of them includes another."""

    UPLOAD = "upload"  # batches: made, filled, closed, retried, shared, deleted
    READ = "read"  # answers and photos
    REVIEW = "review"  # a person's word on a photo
    ADMIN = "admin"  # models and keys, of all owners


class PhotoState(StrEnum):
    """uploading → queued → done | failed; a retry leads from failed back to queued."""

    UPLOADING = "uploading"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class BatchState(StrEnum):
    OPEN = "open"  # takes photos
    CLOSED = "closed"  # takes none, some are still queued
    FINISHED = "finished"  # takes none, all are answered


@dataclass(frozen=True, slots=True)
class Counts:
    """Photos of one batch by state; accepted is the sum of the other three."""

    accepted: int
    queued: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Batch:
    id: BatchId
    name: str | None
    lane: Lane
    top_k: int
    counts: Counts
    last_seq: int  # of the latest answer
    model: str | None  # name@version that gave the latest answer
    created_at: datetime
    closed_at: datetime | None
    finished_at: datetime | None
    feed_seq: int = 0  # of the latest event of its feed, an answer or a label
    refused: int = 0  # files that became no photo of it
    left_out: int = 0  # files that a client did not send, and said so
    retrying: bool = False  # failed photos are still being queued again
    scoring: ScoringSettings = field(default_factory=ScoringSettings)  # how its answers are told
    sightings: int | None = None  # that its photos are frames of; None until they are made
    client_id: str | None = None  # what its client calls it
    metadata: dict[str, str] = field(default_factory=dict)  # and says of it
    cancelled_at: datetime | None = None
    cancelling: bool = False  # photos that waited are still being ended
    expires_at: datetime | None = None  # from then on it is deleted

    @property
    def state(self) -> BatchState:
        if self.finished_at is not None:
            return BatchState.FINISHED
        return BatchState.OPEN if self.closed_at is None else BatchState.CLOSED


LEFT_OUT: Final = "left-out"
"""The code, and the state, of a file that nobody means by photos."""


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was given to a batch and became no photo of it, and why."""

    id: UUID
    name: str
    code: str
    detail: str
    refused_at: datetime

    @property
    def state(self) -> str:
        """Beside those of photos, in exports."""
        return LEFT_OUT if self.code == LEFT_OUT else "refused"


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one picture of one owner."""

    id: BlobId
    sha256: bytes
    size: int
    stored: bool  # false: a place is reserved, the bytes may not be there yet

    @property
    def key(self) -> str:
        return object_key(self.id)


INCOMING = "incoming"
FIRST = ".first"  # what makes a folder of a prefix, on servers that keep objects as files
PREFIXES = tuple(f"{kind}/{digit:x}/" for kind in ("photos", "thumbs", INCOMING) for digit in range(16))
"""Of all keys but the models': servers that keep objects as files are slow with very many in one folder."""


def object_key(blob_id: BlobId) -> str:
    return _key("photos", blob_id)


def incoming_key(blob_id: BlobId) -> str:
    """Where clients put a picture; nothing is ever served or classified from there."""
    return _key(INCOMING, blob_id)


def thumbnail_key(blob_id: BlobId) -> str:
    return _key("thumbs", blob_id)


def _key(kind: str, blob_id: BlobId) -> str:
    return f"{kind}/{blob_id.hex[-1]}/{blob_id}"  # a UUIDv7 ends in random digits


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a batch with whatever is known of it; `seq` is null until it is answered."""

    id: PhotoId
    batch_id: BatchId
    blob: Blob
    name: str
    state: PhotoState
    seq: int | None
    predictions: list[dict[str, Any]]
    bird_probability: float | None
    box: Box | None  # the part of the photo that the model looked at for its answer; None: all of it
    width: int | None
    height: int | None
    taken_at: datetime | None  # UTC
    taken_local: datetime | None  # without a zone: as a clock showed it there
    taken_offset_minutes: int | None  # local time minus UTC
    taken_from: str | None  # a TimeSource; null for a time that was recorded before there were any
    latitude: float | None
    longitude: float | None
    model: str | None
    error_code: str | None
    error_detail: str | None
    finished_at: datetime | None
    corrected_species: str | None
    final: FinalName | None  # None until it is answered or labelled
    companions: list[str]  # raw files of the same name beside it, which it answers for
    gps_at: datetime | None  # UTC by satellites, beside the camera's clock
    camera: str | None
    sites: list[Site]  # what is said of its batch and of folders there
    range: dict[str, Any] | None  # see `shared.range.judging`; None where no source was asked
    corrected_at: datetime | None = None  # of a person's word, where one stands: when it was given,
    label_by: str | None = None  # by whom,
    label_note: str | None = None
    label_count: int | None = None  # and of how many birds
    sighting_id: UUID | None = None  # that it is a frame of; None until sightings are made
    repeats: UUID | None = None  # the photo of that sighting whose picture it shows again
    client_id: str | None = None  # what its client calls it
    metadata: dict[str, str] | None = None  # and says of it

    @property
    def taken(self) -> TakenTime | None:
        """As it was recorded: see `TakenTime.of_row`."""
        return TakenTime.of_row({name: getattr(self, name) for name in TAKEN_COLUMNS})

    @property
    def position(self) -> tuple[float, float] | None:
        """(latitude, longitude) of its own."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def effective(self) -> PlaceAndTime:
        """Where and when it was taken, with what people said of its batch or folder."""
        return place_and_time(self.taken, self.position, site_of(self.sites, self.name))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker found out about one photo: what a model said of it, or an error.

    With a `reading`, what is told of it (predictions, bird probability, box, name) comes from scoring that.
    """

    photo_id: PhotoId
    batch_id: BatchId
    reading: Reading | None = None
    predictions: list[dict[str, Any]] | None = None
    bird_probability: float | None = None
    box: Box | None = None
    rolled: RolledName | None = None
    width: int | None = None
    height: int | None = None
    taken: TakenTime | None = None
    latitude: float | None = None
    longitude: float | None = None
    gps_at: datetime | None = None
    camera: str | None = None
    range: dict[str, Any] | None = None
    gradient: int | None = None  # how it looks, in 64 bits: see shared.photo.gradient
    error_code: str | None = None
    error_detail: str | None = None

    @property
    def state(self) -> PhotoState:
        return PhotoState.DONE if self.error_code is None else PhotoState.FAILED
