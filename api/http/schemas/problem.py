"""What an error looks like: problem details."""

from pydantic import ConfigDict, Field

from api.http.schemas.base import Document
from shared.errors import Code


class FieldError(Document):
    """One thing that is wrong with a request."""

    where: str = Field(description="Parameter, or path inside the body: `body.files.0.sha256`")
    what: str


class Problem(Document):
    """RFC 9457 problem document; `code` is stable, the sentences are not."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = Field(description="Where this code is explained")
    title: str
    status: int
    detail: str
    code: Code
    errors: list[FieldError] | None = Field(None, description="With `invalid-request`: all that is wrong")
