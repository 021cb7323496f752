"""The JSON of models and of the species that they can name."""

from typing import TypedDict


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


class EngineDocument(TypedDict):
    """By what a worker has run a model, and how quick that was when it was chosen."""

    engine: str
    told_at: str
    processor: str | None
    photos_per_s: float | None


class ModelDocument(TypedDict):
    """`card`: None unless it was asked for."""

    name: str
    version: str
    source: str
    active: bool
    digest: str | None
    species: int | None
    license: str | None
    metrics: dict[str, float]
    registered_at: str | None
    engines: list[EngineDocument]
    card: str | None


class ModelList(TypedDict):
    """Newest first; `active` is the reference of the promoted one, loaded or not, `shadow` of a candidate."""

    models: list[ModelDocument]
    active: str | None
    shadow: str | None
