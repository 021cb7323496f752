"""What people say of photos: labels, alone and for many photos at once, and their place in the feed."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.http.schemas.base import MAX_BIGINT, Body, Document, Line, Query
from api.http.schemas.results import MAX_RESULTS, DetailedResult, FinalNameDocument, Result
from shared.final_name import NOT_A_BIRD, UNKNOWN_BIRD, NameRank
from shared.ledger.labels import Act, LabelEvent
from shared.ledger.selection import Selection
from shared.records import BatchState, PhotoState

MAX_SPECIES = 200  # characters of a name; the longest has 40
MAX_LISTED = 10_000  # photos of one request, by ID: 0.4 MB
MAX_NOTE = 1000  # characters: a paragraph
MAX_COUNT = 999_999  # birds in one photo, as eBird has it
_LISTED = 100  # photos in a page where the request does not say


class PhotoFilter(BaseModel):
    """Which photos are meant: all of this holds; what is left out is not asked."""

    species: Line | None = Field(
        None, max_length=MAX_SPECIES, description="The `final` name, by any name or code of it"
    )
    rank: NameRank | None = Field(None, description="Of the `final` name")
    min_probability: float | None = Field(
        None,
        ge=0,
        le=1,
        description="As the model has it of the name that it gives, whatever a person says",
    )
    max_probability: float | None = Field(None, ge=0, le=1)
    state: Literal[PhotoState.DONE, PhotoState.FAILED] | None = Field(
        None, description="`failed`: those without an answer of a model, each with its `error`"
    )
    reviewed: bool | None = Field(None, description="Whether a person's word stands")
    in_range: bool | None = Field(
        None, description="Whether the first prediction is in range; only where a source could tell"
    )
    sighting: UUID | None = Field(None, description="The frames of this sighting")

    def selection(self, name: str | None) -> Selection:
        """`name`: what `species` means."""
        return Selection(
            name=name,
            rank=self.rank,
            min_probability=self.min_probability,
            max_probability=self.max_probability,
            state=self.state,
            reviewed=self.reviewed,
            in_range=self.in_range,
            sighting_id=self.sighting,
        )


class PhotosQuery(PhotoFilter, Query):
    cursor: int = Field(0, ge=0, le=MAX_BIGINT, description="`next_cursor` of the page before")
    limit: int = Field(_LISTED, ge=1, le=MAX_RESULTS)


class PhotoPage(Document):
    """In the order of `seq`."""

    photos: list[DetailedResult]
    next_cursor: int | None = Field(description="For the next page; null on the last")


class PhotoQuery(PhotoFilter, Body):
    """As the parameters of `GET /v1/batches/{batch_id}/photos`."""


class Remark(Body):
    note: str | None = Field(
        None, max_length=MAX_NOTE, pattern=r"^[^\x00]*$", description="In a person's words"
    )
    count: int | None = Field(None, ge=1, le=MAX_COUNT, description="How many birds")


_NAMED = (
    "Any name or code of a taxon, case-blind (`/v1/taxa`), or of a class of the active model;"
    f" `{UNKNOWN_BIRD}`, `{NOT_A_BIRD}`"
)


class NewLabel(Remark):
    species: Line | None = Field(max_length=MAX_SPECIES, description=f"{_NAMED}; null takes it back")


class Label(Document):
    """`species` is the name that the photo has by now: as the model or the world list writes it."""

    photo_id: UUID
    species: str | None
    scientific_name: str | None
    rank: NameRank | None
    act_id: UUID


_NULL = {"type": "null"}
_NO_ORDER: dict[str, Any] = {
    "not": {
        "anyOf": [
            {"properties": {"photo_ids": _NULL, "query": _NULL}},
            {
                "properties": {"photo_ids": {"type": "array"}, "query": {"type": "object"}},
                "required": ["photo_ids", "query"],
            },
            {"properties": {"species": _NULL, "accept": {"const": False}}},
            {
                "properties": {"species": {"type": "string"}, "accept": {"const": True}},
                "required": ["species", "accept"],
            },
        ]
    }
}


class NewLabels(Remark):
    """Either `photo_ids` or `query`, and either `species` or `accept`."""

    model_config = ConfigDict(json_schema_extra=_NO_ORDER)

    photo_ids: list[UUID] | None = Field(None, min_length=1, max_length=MAX_LISTED)
    query: PhotoQuery | None = Field(None, description="Of the photos that are answered by now")
    species: Line | None = Field(None, max_length=MAX_SPECIES, description=_NAMED)
    accept: bool = Field(
        False, description="Each photo's own `final` name, as the model has it, becomes a person's word"
    )
    act_id: UUID | None = Field(
        None,
        description="A UUID of your choice, or that of a receipt that was not `complete`: asked again,"
        " the same act goes on where it was, and labels no photo twice",
    )


class UndoneAct(Body):
    act_id: UUID | None = Field(
        None, description="Which act to take back; left out: what this key said last of this batch"
    )


class LabelReceipt(Document):
    """How far an act has come."""

    act_id: UUID
    undoes: UUID | None = Field(description="The act that it takes back")
    labelled: int = Field(description="Photos that were given a label by this act")
    left_alone: int = Field(
        description="Photos of which there was nothing to say: not in the batch, nothing to accept; undone,"
        " those that somebody has labelled since"
    )
    complete: bool = Field(description="Where it is not, ask again: an act of very many photos takes a while")

    @classmethod
    def of(cls, act: Act) -> Self:
        return cls(
            act_id=act.id,
            undoes=act.undoes,
            labelled=act.labelled,
            left_alone=act.left_alone,
            complete=act.complete,
        )


class ShownName(Document):
    """What the photo was called until then."""

    name: str | None
    probability: float | None
    model: str | None


class LabelDocument(Document):
    """A person's word on a photo, as an event of the batch's feed."""

    seq: int
    photo_id: UUID
    act_id: UUID
    species: str | None = Field(description="Null where no word of a person stands any more")
    scientific_name: str | None
    rank: NameRank | None
    by: str | None = Field(description="The key's person, or else its owner; null of the time before labels")
    at: datetime
    note: str | None
    count: int | None
    undoes: UUID | None = Field(description="The act that was taken back")
    shown: ShownName
    final: FinalNameDocument | None = Field(description="Of the photo as it stands by now")

    @classmethod
    def of(cls, event: LabelEvent, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls(
            seq=event.seq,
            photo_id=event.photo_id,
            act_id=event.act_id,
            species=event.name,
            scientific_name=event.scientific_name,
            rank=event.rank,
            by=event.by,
            at=event.at,
            note=event.note,
            count=event.count,
            undoes=event.undoes,
            shown=ShownName(
                name=event.shown_name, probability=event.shown_probability, model=event.shown_model
            ),
            final=None if event.final is None else FinalNameDocument(**asdict(event.final)),
            **more,
        )


class LabelMessage(LabelDocument):
    """Websocket: one label, in the order of `seq`, among the results."""

    type: Literal["label"] = "label"


class LabelHistory(Document):
    labels: list[LabelDocument] = Field(description="In the order of time")


class ResultPage(Document):
    results: list[Result] = Field(description="In the order of `seq`")
    labels: list[LabelDocument] | None = Field(
        None, exclude_if=lambda labels: labels is None, description="In the order of `seq`, where asked for"
    )
    last_seq: int = Field(
        description="Of the latest answer, or, where labels were asked for, of the latest event: who has been"
        " told it has been told all there is by now"
    )
    state: BatchState
