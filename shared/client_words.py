"""What a client calls a batch or a photo, and says of it: told back everywhere, never looked into."""

from typing import Annotated, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from shared.errors import BirdsError, Code

MAX_CLIENT_ID: Final = 200
"""Characters: a path or two UUIDs fit."""
MAX_KEYS: Final = 16
MAX_KEY: Final = 64
MAX_VALUE: Final = 512
"""Keys, and characters of a key and of a value: what other services take, so that what was made for one fits.
All together are some 9 kB, more than all else of a photo: it is no place for files."""

_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
_NO_NUL = r"^[^\x00]*$"  # Postgres stores none
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CLIENT_ID, pattern=_ONE_LINE)]
MetadataKey = Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY, pattern=_ONE_LINE)]
MetadataValue = Annotated[str, StringConstraints(max_length=MAX_VALUE, pattern=_NO_NUL)]


def described(*kinds: str) -> WithJsonSchema:
    """Of metadata with values of these types, as a reader of the schema and a checker both take it."""
    values = {"type": list(kinds) if len(kinds) > 1 else kinds[0], "maxLength": MAX_VALUE, "pattern": _NO_NUL}
    return WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": MAX_KEY, "pattern": _ONE_LINE},
            "additionalProperties": values,
            "maxProperties": MAX_KEYS,
        }
    )


Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=MAX_KEYS), described("string")]
MetadataChanges = Annotated[
    dict[MetadataKey, MetadataValue | None], Field(max_length=MAX_KEYS), described("string", "null")
]
"""None removes a key."""


class ClientWords(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    client_id: ClientId | None = None
    metadata: Metadata | None = None


NOTHING_SAID: Final = ClientWords()


def check_metadata(metadata: dict[str, str]) -> None:
    """Of keys that came at several times. Raises `out-of-bounds`."""
    if len(metadata) > MAX_KEYS:
        raise BirdsError(Code.OUT_OF_BOUNDS, f"Metadata has {len(metadata)} keys; it may have {MAX_KEYS}.")


_METADATA: Final = TypeAdapter(Metadata)


def read_client_words(fields: dict[str, bytes]) -> ClientWords:
    """Of the fields `client_id`, a text, and `metadata`, a JSON object. Raises `invalid-request`."""
    try:
        metadata = fields.get("metadata")
        return ClientWords(
            client_id=fields["client_id"].decode() if "client_id" in fields else None,
            metadata=None if metadata is None else _METADATA.validate_json(metadata, strict=True),
        )
    except (UnicodeDecodeError, ValidationError):
        limits = f"of up to {MAX_KEYS} keys of {MAX_KEY} characters, with values of {MAX_VALUE}"
        detail = (
            f"A `client_id` is a line of {MAX_CLIENT_ID} characters; `metadata` is a JSON object {limits}."
        )
        raise BirdsError(Code.INVALID_REQUEST, detail) from None
