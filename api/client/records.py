"""The JSON of the HTTP interface, version 1, as types: what the server sends is what the caller gets."""

from typing import Literal, NotRequired, TypedDict

Lane = Literal["bulk", "interactive"]
BatchState = Literal["open", "closed", "finished"]
ExportFormat = Literal[
    "csv", "jsonl", "parquet",
    "megadetector", "ebird", "camtrap-dp", "dwca", "inaturalist", "label-studio", "coco-camera-traps",
]  # fmt: skip


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


class SiteDocument(TypedDict):
    """Where and when the photos of a folder in a batch were taken; an empty `folder`: of all of it."""

    folder: str
    name: str | None
    latitude: float | None
    longitude: float | None
    zone: str | None
    clock_shift_s: int
    overrides: bool


class ClockDocument(TypedDict):
    """What the frames of one camera in one folder say of its clock; `error_s`: seconds to add to it."""

    folder: str
    camera: str | None
    frames: int
    agreeing: int
    verdict: Literal["right", "shift", "too-few", "unclear"]
    error_s: int | None
    by: Literal["satellites", "other-clock"]


class ClockReport(TypedDict):
    """`sites`: what is said of the batch, with the shifts that follow."""

    clocks: list[ClockDocument]
    sites: list[SiteDocument]


class PlaceAndTimeDocument(TypedDict):
    """What follows from what a photo recorded and what was said of its batch or folder."""

    latitude: float | None
    longitude: float | None
    place_from: Literal["photo", "site"] | None
    site: str | None
    country: str | None
    zone: str | None
    zone_from: Literal["site", "place"] | None
    local: str | None
    offset_minutes: int | None
    utc: str | None
    offset_from: Literal["photo", "zone"] | None
    clock_shift_s: int
    doubt: Literal["twice", "never"] | None


class ShownName(TypedDict):
    """What a photo was called until it was labelled."""

    name: str | None
    probability: float | None
    model: str | None


class LabelDocument(TypedDict):
    """A person's word on a photo, as an event of the batch's feed; `species` null: none stands any more."""

    seq: int
    photo_id: str
    act_id: str
    species: str | None
    scientific_name: str | None
    rank: str | None
    by: str | None
    at: str
    note: str | None
    count: int | None
    undoes: str | None
    shown: ShownName
    final: FinalNameDocument | None


class Label(TypedDict):
    """What a photo is called by now, as the model or the world list writes it."""

    photo_id: str
    species: str | None
    scientific_name: str | None
    rank: str | None
    act_id: str


class LabelReceipt(TypedDict):
    """How far an act of labelling, or of undoing one, has come."""

    act_id: str
    undoes: str | None
    labelled: int
    left_alone: int
    complete: bool


class PhotoQuery(TypedDict, total=False):
    """Which photos of a batch are meant: all that is given holds."""

    species: str
    rank: str
    min_probability: float
    max_probability: float
    reviewed: bool
    in_range: bool
    sighting: str


class TaxonDocument(TypedDict):
    """What a photo can be called; `known`: the active model can give it."""

    name: str
    scientific_name: str | None
    rank: str
    family: str | None
    order: str | None
    ebird_code: str | None
    banding_code: str | None
    known: bool
    matched: str


class ResultPage(TypedDict):
    results: list[Result]
    last_seq: int
    state: BatchState


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


class KeyDocument(TypedDict):
    """What is known of a key; `batch_id`: it is a share, which opens that batch alone."""

    id: str
    owner: str
    begins_with: str
    scopes: list[Literal["upload", "read", "review", "admin"]]
    person: str | None
    batch_id: str | None
    created_at: str
    expires_at: str | None
    used_at: str | None
    revoked_at: str | None


class MadeKey(KeyDocument):
    """With what makes it one, which is told once."""

    key: str


class Species(TypedDict):
    species: str
    scientific_name: str | None
    ebird_code: str | None
    family: str | None
    order: str | None


class SpeciesList(TypedDict):
    """Of `model`, as name@version; by name."""

    model: str
    species: list[Species]


class ModelDocument(TypedDict):
    name: str
    version: str
    source: str
    active: bool
    digest: str | None
    species: int | None
    license: str | None
    metrics: dict[str, float]
    registered_at: str | None


class ModelList(TypedDict):
    """Newest first; `active` is the reference of the promoted one, loaded or not."""

    models: list[ModelDocument]
    active: str | None
