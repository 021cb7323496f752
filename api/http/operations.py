"""How a call of the interface is described; its routes and the OpenAPI document are both made from this."""

from dataclasses import dataclass

from pydantic import BaseModel

from api.http.binding import Handler
from shared.errors import Code
from shared.records import Scope

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Response:
    """One way in which a call succeeds."""

    status: int
    summary: str
    schema: type[BaseModel] | None = None  # of the JSON in it
    media_types: tuple[str, ...] = ()  # of what is no JSON
    headers: tuple[tuple[str, str], ...] = ()  # name, description


@dataclass(frozen=True, slots=True)
class RawBody:
    """A body that is no JSON."""

    media_types: tuple[str, ...]
    summary: str
    many: bool = False  # a form may have any number of files


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    scope: Scope | None
    """What a key must be good for to make this call; None: it needs no key."""
    handler: Handler
    summary: str
    responses: tuple[Response, ...]
    codes: tuple[Code, ...] = ()
    """Why it may fail, beside what every call of its kind may fail of."""
    raw_body: RawBody | None = None
    details: str = ""

    @property
    def secured(self) -> bool:
        return self.scope is not None

    @property
    def id(self) -> str:
        """Unique: the handler's name within its module, `batches.create` say."""
        return f"{self.handler.__module__.rpartition('.')[2]}.{self.handler.__name__}"
