"""The JSON of batches and their answers, as types: what the server sends is what the caller gets."""

from typing import Literal, TypedDict

Lane = Literal["bulk", "interactive"]
BatchState = Literal["open", "closed", "finished"]
ExportFormat = Literal[
    "csv", "jsonl", "parquet",
    "megadetector", "ebird", "camtrap-dp", "dwca", "inaturalist", "label-studio", "coco-camera-traps",
    "xmp",
]  # fmt: skip
License = Literal["CC0-1.0", "CC-BY-4.0", "CC-BY-NC-4.0"]


class CountsDocument(TypedDict):
    """Photos of a batch by state; accepted is the sum of the others."""

    accepted: int
    queued: int
    done: int
    failed: int


class RangeScoringDocument(TypedDict):
    """`reorder`: species that are not to be expected come last."""

    reorder: bool


class ScoringDocument(TypedDict):
    """How a batch's answers are told; `temperature`: None is the model's own."""

    temperature: float | None
    threshold: float
    thresholds: dict[str, float]
    range: RangeScoringDocument


class BatchDocument(TypedDict):
    id: str
    name: str | None
    state: BatchState
    counts: CountsDocument
    last_seq: int
    feed_seq: int
    model: str | None
    created_at: str
    closed_at: str | None
    finished_at: str | None
    refused: int
    left_out: int
    retrying: bool
    scoring: ScoringDocument
    sightings: int | None  # that its photos are frames of; None until they are made
    client_id: str | None
    metadata: dict[str, str]
    cancelled_at: str | None
    cancelling: bool  # some photos are still to be ended
    expires_at: str | None  # it is deleted then
    waiting_for: str | None


class Rescored(TypedDict):
    """What became of a batch's answers; those `without_reading` stay as they are."""

    batch_id: str
    photos: int
    changed: int
    without_reading: int
    scoring: ScoringDocument


class Reason(TypedDict):
    """Why something was refused or failed: a stable code, and a sentence for a person."""

    code: str
    detail: str


class PredictionDocument(TypedDict):
    species: str
    scientific_name: str | None
    probability: float


class JudgedPredictionDocument(PredictionDocument):
    """Where the worker has a source of ranges; `accepted`: by the owner's word, before every source."""

    in_range: bool | None
    accepted: bool


class RangeDocument(TypedDict):
    """By what a photo's species were judged; without a `source`, `basis` says why not."""

    source: str | None
    place: str | None
    month: int | None
    basis: Literal["records", "frequency", "occurrence", "no-place", "no-data"]
    attribution: str | None


class FinalNameDocument(TypedDict):
    """The one name to show of a photo: a person's word, else the model's as far as it is sure."""

    name: str
    scientific_name: str | None
    rank: Literal["species", "genus", "family", "order", "bird", "not-a-bird", "uncertain"]
    by: Literal["person", "model"]
    probability: float | None


class BoxDocument(TypedDict):
    """A part of the upright photo, from its left top corner: shares of its width and height."""

    x: float
    y: float
    width: float
    height: float


class Result(TypedDict):
    """What is known of one photo; `error` is set where `state` is "failed", `seq` once it is answered."""

    seq: int | None
    photo_id: str
    name: str
    sha256: str
    state: Literal["uploading", "queued", "done", "failed"]
    predictions: list[JudgedPredictionDocument | PredictionDocument]
    bird_probability: float | None
    width: int | None
    height: int | None
    taken_at: str | None  # UTC; null where no offset from it was recorded
    model: str | None
    error: Reason | None
    finished_at: str | None
    box: BoxDocument | None
    companions: list[str]
    taken_local: str | None  # as a clock showed it there, without a zone
    taken_offset_minutes: int | None  # local time minus UTC
    taken_from: str | None  # where the time was found
    final: FinalNameDocument | None
    range: RangeDocument | None
    sighting_id: str | None
    client_id: str | None
    metadata: dict[str, str]


class ResultPage(TypedDict):
    results: list[Result]
    last_seq: int
    state: BatchState
