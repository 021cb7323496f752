"""Batches."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.http.schemas.base import Document, Query
from api.http.schemas.batch_changes import Expiring, Name, OwnId
from api.http.schemas.scoring import NewScoring, ScoringDocument
from api.http.schemas.sites import NewSite
from shared import records
from shared.client_words import ClientId, Metadata
from shared.records import BatchState, Lane

MAX_TOP_K = 20  # species in an answer: more is noise, and a wider CSV than anyone reads
MAX_BATCHES = 1000  # batches in a page, about 400 kB
_PAGE = 50  # batches in a page where the request does not say: a screenful or two


class NewBatch(Expiring):
    name: Name = None
    lane: Lane = Field(
        Lane.BULK,
        description="`interactive` photos are served first; meant for few photos that somebody waits for",
    )
    top_k: int | None = Field(
        None,
        ge=1,
        le=MAX_TOP_K,
        description="Species in each answer; the server's default where it is left out",
    )
    site: NewSite | None = Field(
        None, description="Where and when its photos are taken; can be said later, too, and of folders"
    )
    scoring: NewScoring | None = Field(None, description="How answers are told of what the model says")
    client_id: OwnId = None
    metadata: Metadata | None = Field(None, description="What you say of it; told back, never looked into")


class CountsDocument(Document):
    """Photos by state; `accepted` is the sum of the others."""

    accepted: int
    queued: int
    done: int
    failed: int


class BatchDocument(Document):
    id: UUID
    name: str | None
    state: BatchState
    counts: CountsDocument
    last_seq: int = Field(description="Of the latest answer; 0 before the first")
    feed_seq: int = Field(
        description="Of the latest event of the feed, an answer or a label: who has read all that there is by"
        " other means follows from here"
    )
    model: str | None = Field(description="`name@version` that gave the latest answer")
    created_at: datetime
    closed_at: datetime | None
    finished_at: datetime | None
    refused: int = Field(description="Files that were given and became no photo; listed at `/refused`")
    left_out: int = Field(description="Files that a client did not send, and said so; listed there too")
    retrying: bool = Field(description="Failed photos are being queued again; it is not finished before")
    scoring: ScoringDocument = Field(description="How answers are told of what the model says")
    sightings: int | None = Field(
        description="That its photos are frames of; null until they are made, when it is finished"
    )
    client_id: str | None
    metadata: dict[str, str]
    cancelled_at: datetime | None = Field(description="Photos without an answer failed then, as `cancelled`")
    cancelling: bool = Field(description="Some of them have not yet")
    expires_at: datetime | None = Field(description="It is deleted then, or a minute later; null: it stays")
    waiting_for: str | None = Field(
        description="What keeps queued photos from being answered now, told to a person: no worker runs, say"
    )

    @classmethod
    def of(cls, batch: records.Batch, hindrance: str | None) -> "BatchDocument":
        """`hindrance`: what keeps any photos from being answered now."""
        return cls(
            id=batch.id,
            name=batch.name,
            state=batch.state,
            counts=counts_of(batch),
            last_seq=batch.last_seq,
            feed_seq=batch.feed_seq,
            model=batch.model,
            created_at=batch.created_at,
            closed_at=batch.closed_at,
            finished_at=batch.finished_at,
            refused=batch.refused,
            left_out=batch.left_out,
            retrying=batch.retrying,
            scoring=ScoringDocument.of(batch.scoring),
            sightings=batch.sightings,
            client_id=batch.client_id,
            metadata=batch.metadata,
            cancelled_at=batch.cancelled_at,
            cancelling=batch.cancelling,
            expires_at=batch.expires_at,
            waiting_for=hindrance if batch.counts.queued else None,
        )


def counts_of(batch: records.Batch) -> CountsDocument:
    counts = batch.counts
    return CountsDocument(
        accepted=counts.accepted, queued=counts.queued, done=counts.done, failed=counts.failed
    )


class BatchesQuery(Query):
    cursor: UUID | None = Field(None, description="`next_cursor` of the page before")
    limit: int = Field(_PAGE, ge=1, le=MAX_BATCHES)
    client_id: ClientId | None = Field(None, description="Only those that you call so")


class BatchPage(Document):
    """Newest first."""

    batches: list[BatchDocument]
    next_cursor: UUID | None = Field(description="For the next page; null on the last")
