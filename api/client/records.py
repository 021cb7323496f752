"""The JSON of the HTTP interface, version 1, as types: what the server sends is what the caller gets."""

from typing import Literal, TypedDict

Lane = Literal["bulk", "interactive"]
BatchState = Literal["open", "closed", "finished"]
ExportFormat = Literal["csv", "jsonl", "parquet"]


class Counts(TypedDict):
    """Photos of a batch by state; accepted is the sum of the others."""

    accepted: int
    queued: int
    done: int
    failed: int


class Batch(TypedDict):
    id: str
    name: str | None
    state: BatchState
    counts: Counts
    last_seq: int
    model: str | None
    created_at: str
    closed_at: str | None
    finished_at: str | None


class Reason(TypedDict):
    """Why something was refused or failed: a stable code, and a sentence for a person."""

    code: str
    detail: str


class Prediction(TypedDict):
    species: str
    scientific_name: str | None
    probability: float


class Result(TypedDict):
    """What is known of one photo; `error` is set where `state` is "failed", `seq` once it is answered."""

    seq: int | None
    photo_id: str
    name: str
    state: Literal["uploading", "queued", "done", "failed"]
    predictions: list[Prediction]
    bird_probability: float | None
    width: int | None
    height: int | None
    taken_at: str | None
    model: str | None
    error: Reason | None
    finished_at: str | None


class ResultPage(TypedDict):
    results: list[Result]
    last_seq: int
    state: BatchState


class Accepted(TypedDict):
    photo_id: str
    name: str
    sha256: str
    duplicate: bool


class Rejected(TypedDict):
    name: str
    code: str
    detail: str


class Intake(TypedDict):
    """What the server made of the photos in one request."""

    accepted: list[Accepted]
    rejected: list[Rejected]


class Announced(TypedDict):
    """A photo that the caller has; `size` in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class Place(TypedDict):
    """Where an announced photo goes; `stored`: its bytes are there already, and it is queued."""

    photo_id: str
    name: str
    state: Literal["upload", "stored"]
    method: str | None
    url: str | None
    headers: dict[str, str]
    expires_at: str | None


class Places(TypedDict):
    """`files` in the order announced, without the rejected."""

    files: list[Place]
    rejected: list[Rejected]


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


class Model(TypedDict):
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

    models: list[Model]
    active: str | None
