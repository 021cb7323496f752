"""Raw files that lie beside a picture of the same name: one photo with two files, answered once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from shared.ledger.database import Connection
from shared.ledger.statements import statements
from shared.photo.sniff import is_raw_name
from shared.records import BatchId, PhotoId, PhotoState

_sql = statements("companions")
_PICTURES: Final = tuple(
    written
    for suffix in ("jpg", "jpeg", "jpe", "heic", "heif", "hif")
    for written in (f".{suffix}", f".{suffix.upper()}")
)
"""What cameras call the picture that they write beside a raw file."""


@dataclass(frozen=True, slots=True)
class Host:
    """The photo that a raw file joined."""

    photo_id: PhotoId
    name: str
    state: PhotoState


async def join_companions(
    connection: Connection, batch_id: BatchId, names: Iterable[str]
) -> Mapping[str, Host]:
    """Those of `names` that are raw files and have their picture in this batch, in the same folder.

    A picture that failed takes none, so that the raw file is answered in its stead. The caller holds the
    batch's lock.
    """
    raws = sorted({name for name in names if is_raw_name(name)})
    if not raws:
        return {}
    pairs = [(raw, picture) for raw in raws for picture in _pictures(raw)]
    rows = _sql.join_companions(
        connection,
        batch_id=batch_id,
        raws=[raw for raw, _ in pairs],
        pictures=[picture for _, picture in pairs],
    )
    return {row["raw"]: Host(PhotoId(row["id"]), row["name"], PhotoState(row["state"])) async for row in rows}


def _pictures(raw: str) -> Sequence[str]:
    stem = raw[: -len(PurePosixPath(raw).suffix)]
    return [stem + suffix for suffix in _PICTURES]
