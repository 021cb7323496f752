"""What all requests and all responses have in common."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_BIGINT = 2**63 - 1  # what Postgres can compare a seq with


class Query(BaseModel):
    """Parameters after the `?`; a misspelt one is an error rather than a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Body(BaseModel):
    """A JSON request body, taken as it is: no text is read as a number, no unknown member is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _one_unknown(cls, value: Any) -> Any:
        """One member too many is reason enough: a body of eight megabytes can have a million."""
        if not isinstance(value, dict) or len(value) <= len(cls.model_fields):
            return value
        unknown = next(name for name in value if name not in cls.model_fields)
        return {name: value[name] for name in (*cls.model_fields, unknown) if name in value}

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        """To JSON 17.0 and 17 are the same number; some languages know no other."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Document(BaseModel):
    """A JSON response, or a part of one."""

    model_config = ConfigDict(frozen=True)


# Postgres stores no NUL, and no name needs a control character. The pattern is in the OpenAPI document.
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
