"""Models, what they can name, and the state of the service."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.http.schemas.base import Body, Document, Line, Query
from shared.ledger.models import EngineNote


class Species(Document):
    species: str
    scientific_name: str | None
    ebird_code: str | None = Field(description="Null for a group of species")
    family: str | None = Field(description="AviList's; null where the model says less")
    order: str | None = Field(description="AviList's")


class SpeciesList(Document):
    model: str = Field(description="`name@version` of the active model")
    species: list[Species] = Field(description="By name")


class ModelsQuery(Query):
    cards: bool = Field(False, description="Whether cards are told, too")


class EngineDocument(Document):
    """By what a worker has run a model."""

    engine: str = Field(description="Runtime, device, precision, and passes side by side x photos in one")
    told_at: datetime
    processor: str | None = Field(description="On which it was chosen; null where there was no choice")
    photos_per_s: float | None = Field(description="As the worker measured it when it chose")

    @classmethod
    def of(cls, note: EngineNote) -> Self:
        found = note.findings or {}
        speed = found.get("photos_per_s", {}).get(found.get("way"))
        return cls(
            engine=note.engine, told_at=note.told_at, processor=found.get("processor"), photos_per_s=speed
        )


class ModelDocument(Document):
    name: str
    version: str
    source: str = Field(description="The reference by which it is promoted")
    active: bool
    digest: str = Field("", description="SHA-256 of the weights")
    species: int = Field(0, description="How many it can name")
    license: str | None = Field(
        None,
        description="Terms of use of the weights, by their publisher's name: `cc-by-nc-4.0`; null: not known",
    )
    metrics: dict[str, float] = Field({}, description="As its trainer measured them")
    registered_at: datetime | None = Field(None, description="First loaded by a worker; null before that")
    engines: list[EngineDocument] = Field([], description="The one that was told of last first")
    card: str | None = Field(
        None, description="What its publisher wrote of it, Markdown; where it was asked for"
    )
    problem: str | None = Field(None, description="Why this version of Birds can't read it")


class ModelList(Document):
    models: list[ModelDocument] = Field(description="Those not loaded yet, then the newest first")
    active: str | None = Field(description="Reference of the promoted model, loaded or not")
    shadow: str | None = Field(description="Reference of the candidate that answers every n-th photo, too")


class ModelOrder(Body):
    reference: Line = Field(
        min_length=1,
        max_length=200,
        description="`birds525`, `starter`, `timm:NAME`, `hf:OWNER/NAME` or `NAME@VERSION`",
    )


class Readiness(Document):
    """What an api needs to do its work."""

    postgres: bool
    rabbitmq: bool
    s3: bool
    disk: bool = Field(description="Where the servers keep their data on this machine: whether there is room")


class Health(Document):
    status: str
