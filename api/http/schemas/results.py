"""Answers about photos, alone and as the feed of a batch."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import MAX_BIGINT, Document, Query
from api.http.schemas.batches import CountsDocument, counts_of
from api.http.schemas.places import LOCAL_TIME, PlaceAndTimeDocument
from api.http.schemas.ranges import RangeDocument
from shared.final_name import NamedBy, NameRank
from shared.photo.taken import TimeSource
from shared.records import Batch, BatchState, Photo, PhotoState

MAX_RESULTS = 1000  # results in a page, about 1 MB
MAX_WAIT_S = 60  # a long poll; proxies cut silent requests soon after
_DIGITS = 6  # of the bird probability, which the ledger keeps in single precision


class PredictionDocument(Document):
    species: str = Field(description="English name in Title Case")
    scientific_name: str | None
    probability: float = Field(ge=0, le=1, description="Among birds")


class JudgedPredictionDocument(PredictionDocument):
    """Where the worker has a source of ranges."""

    in_range: bool | None = Field(
        description="Whether the species is to be expected there and then; null where nobody knows"
    )
    accepted: bool = Field(False, description="Whether that is by the owner's word, before every source")


class BoxDocument(Document):
    """A rectangle of the upright photo, from its left top corner: shares of its width and height."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    width: float = Field(ge=0, le=1)
    height: float = Field(ge=0, le=1)


class FinalNameDocument(Document):
    """The one name to show of a photo: a person's word, else the model's as far as it is sure."""

    name: str = Field(description="English name, scientific name of a genus, family or order; else in words")
    scientific_name: str | None
    rank: NameRank
    by: NamedBy
    probability: float | None = Field(ge=0, le=1, description="As the model has it; null of a person's word")


class Reason(Document):
    code: str
    detail: str


class Result(Document):
    """What is known of one photo."""

    seq: int | None = Field(description="Place in the batch's feed, from 1; null until it is answered")
    photo_id: UUID
    name: str
    state: PhotoState
    predictions: list[JudgedPredictionDocument | PredictionDocument] = Field(
        description="Most probable first, unless the batch's scoring puts last what is not to be expected;"
        " empty unless done"
    )
    bird_probability: float | None = Field(description="That there is a bird at all")
    width: int | None = Field(description="Pixels, upright")
    height: int | None
    taken_at: datetime | None = Field(description="UTC; null where no offset from it was recorded")
    model: str | None = Field(description="`name@version` that gave the answer")
    error: Reason | None = Field(description="Why it failed; null unless failed")
    finished_at: datetime | None
    box: BoxDocument | None = Field(
        description="The part of the photo that the model looked at for its answer; null: all of it"
    )
    taken_local: str | None = Field(
        pattern=LOCAL_TIME, description="As a clock showed it there, without a zone: `2023-05-04T21:30:00`"
    )
    taken_offset_minutes: int | None = Field(
        description="Local time minus UTC; null where it was not recorded"
    )
    taken_from: TimeSource | None = Field(
        description="Where the time was found: EXIF's tag, XMP, the camera's MakerNote, or the file's name"
    )
    companions: list[str] = Field(
        description="Names of the camera raw files that came beside this picture: one photo, answered once"
    )
    final: FinalNameDocument | None = Field(description="Null until there is an answer, or a person's word")
    sha256: str = Field(description="Of the bytes, hexadecimal: the same photo under any name")
    range: RangeDocument | None = Field(
        description="By which source its species were judged; null where no worker has one"
    )
    sighting_id: UUID | None = Field(
        description="Of the photos that show this bird; null until a batch's sightings are made"
    )
    client_id: str | None = Field(description="What its client calls it")
    metadata: dict[str, str] = Field(description="What its client says of it")

    @classmethod
    def of(cls, photo: Photo, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        error = None
        if photo.error_code is not None:
            error = Reason(code=photo.error_code, detail=photo.error_detail or "")
        return cls(
            seq=photo.seq,
            photo_id=photo.id,
            name=photo.name,
            sha256=photo.blob.sha256.hex(),
            state=photo.state,
            predictions=[_prediction(one) for one in photo.predictions] if error is None else [],
            bird_probability=_rounded(photo.bird_probability),
            width=photo.width,
            height=photo.height,
            taken_at=photo.taken_at,
            model=photo.model,
            error=error,
            finished_at=photo.finished_at,
            companions=photo.companions,
            range=None if photo.range is None else RangeDocument.of(photo.range),
            final=None if photo.final is None else FinalNameDocument(**asdict(photo.final)),
            box=None if photo.box is None else BoxDocument(**asdict(photo.box)),
            taken_local=None if photo.taken_local is None else photo.taken_local.isoformat(),
            taken_offset_minutes=photo.taken_offset_minutes,
            taken_from=photo.taken_from,
            sighting_id=photo.sighting_id,
            client_id=photo.client_id,
            metadata=photo.metadata or {},
            **more,
        )


def _prediction(one: dict[str, Any]) -> PredictionDocument:
    return JudgedPredictionDocument(**one) if "in_range" in one else PredictionDocument(**one)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


class FeedQuery(Query):
    after: int = Field(0, ge=0, le=MAX_BIGINT, description="Only what has a greater `seq`")


class EventsQuery(FeedQuery):
    follow: bool = Field(
        False,
        description="Stays open when the batch is finished, which `progress` tells: labels go on, and so does"
        " a retry",
    )


class ResultsQuery(FeedQuery):
    limit: int = Field(MAX_RESULTS, ge=1, le=MAX_RESULTS)
    wait: float = Field(
        0, ge=0, le=MAX_WAIT_S, description="Seconds to wait for an answer where there is none yet"
    )
    labels: bool = Field(False, description="Labels, too: the whole feed")


class DetailedResult(Result):
    """A result with the place and a person's word: one photo asked for, or a line of a JSON Lines export."""

    latitude: float | None
    longitude: float | None
    corrected_species: str | None
    gps_at: datetime | None = Field(description="UTC by satellites, beside the camera's clock")
    camera: str | None = Field(description="Its maker, model and number, as far as it says them")
    effective: PlaceAndTimeDocument = Field(
        description="Where and when, with what was said of its batch or folder beside what was recorded"
    )
    reviewed: bool = Field(description="Whether a person's word stands")
    label_by: str | None = Field(description="Who gave it: the key's person, or else its owner")
    label_at: datetime | None
    label_note: str | None
    label_count: int | None = Field(description="How many birds, as that person counted")

    @classmethod
    def of(cls, photo: Photo, **more: Any) -> Self:
        return super().of(
            photo,
            latitude=photo.latitude,
            longitude=photo.longitude,
            corrected_species=photo.corrected_species,
            gps_at=photo.gps_at,
            camera=photo.camera,
            effective=PlaceAndTimeDocument.of(photo.effective),
            reviewed=photo.corrected_species is not None,
            label_by=photo.label_by,
            label_at=photo.corrected_at,
            label_note=photo.label_note,
            label_count=photo.label_count,
            **more,
        )


class ResultMessage(Result):
    """Websocket: one answer, in the order of `seq`."""

    type: Literal["result"] = "result"


class ProgressMessage(Document):
    """Websocket: at the start, while counts change (at most twice a second), and at the end."""

    type: Literal["progress"] = "progress"
    counts: CountsDocument
    state: BatchState
    refused: int = Field(description="As the batch has it")
    left_out: int = Field(description="As the batch has it")

    @classmethod
    def of(cls, batch: Batch) -> Self:
        return cls(counts=counts_of(batch), state=batch.state, refused=batch.refused, left_out=batch.left_out)


class FinishedMessage(Document):
    """Websocket: the last message of a finished batch."""

    type: Literal["finished"] = "finished"
