"""What people say of photos, and take back: acts of one person on any number of photos of a batch.

An act comes in portions, each a transaction that holds the batch's lock: all labels of a portion are there or
none, and how far the act has come is written with them, so that one that broke off goes on where it was.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.errors import BirdsError, Code
from shared.final_name import FinalName, NameRank
from shared.ledger.batches import lock_batch
from shared.ledger.database import Connection, Pool, transaction
from shared.ledger.photos import final_of
from shared.ledger.selection import Selection, select_photos
from shared.ledger.statements import statements
from shared.records import BatchId, KeyId, OwnerId, PhotoId, new_id

_sql = statements("labels")
LABELLED_AT_ONCE: Final = 2000  # photos in one transaction, some 200 ms; then it is the workers' turn


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of each photo. `name` None takes it back; `accept`: the model's own name of it."""

    name: str | None = None
    scientific_name: str | None = None
    rank: NameRank | None = None
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    id: UUID
    undoes: UUID | None
    until: int
    position: int
    labelled: int
    left_alone: int
    """Photos of which there was nothing to say: nothing to accept, or, undone, labelled again since."""
    complete: bool


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One label in its batch's feed."""

    seq: int
    photo_id: PhotoId
    act_id: UUID
    name: str | None
    """None: no word of a person stands any more."""
    scientific_name: str | None
    rank: NameRank | None
    by: str | None
    at: datetime
    note: str | None
    count: int | None
    undoes: UUID | None
    shown_name: str | None
    shown_probability: float | None
    shown_model: str | None
    final: FinalName | None
    """How the photo stands by now."""


async def begin_label(
    pool: Pool,
    owner_id: OwnerId,
    batch_id: BatchId,
    key_id: KeyId,
    *,
    note: str | None = None,
    count: int | None = None,
    act_id: UUID | None = None,
) -> Act:
    """Or go on with the act of that id. Raises `not-found`; `anothers-act`: of another key or batch."""
    async with transaction(pool) as connection:
        batch = await lock_batch(connection, owner_id, batch_id)
        return await _begin(connection, batch, key_id, act_id or new_id(), note=note, count=count)


async def begin_undo(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, key_id: KeyId, undoes: UUID | None
) -> Act:
    """Of an act, or of what this key said last and has not taken back; goes on with one that broke off.

    Raises `not-found` where there is no such act.
    """
    async with transaction(pool) as connection:
        batch = await lock_batch(connection, owner_id, batch_id)
        if undoes is None:
            undoes = await _sql.last_act(connection, batch_id=batch_id, key_id=key_id)
        elif await _sql.get_act(connection, id=undoes, batch_id=batch_id) is None:
            undoes = None
        if undoes is None:
            raise BirdsError(Code.NOT_FOUND, "There is no such act to undo in this batch.")
        begun = await _sql.unfinished_undo(connection, undoes=undoes, key_id=key_id)
        return await _begin(connection, batch, key_id, begun or new_id(), undoes=undoes)


async def label_listed(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, act: Act, word: Word, photo_ids: Sequence[PhotoId]
) -> AsyncGenerator[Act]:
    """Say `word` of these photos, each once; other batches' are left alone. Yields after each portion."""
    ids = list(dict.fromkeys(photo_ids))
    while not act.complete:
        async with transaction(pool) as connection:
            batch = await lock_batch(connection, owner_id, batch_id)
            portion = ids[act.position : act.position + LABELLED_AT_ONCE]
            position = act.position + len(portion)
            act = await _label(connection, batch, act, word, portion, position, complete=position >= len(ids))
        yield act


async def label_selected(
    pool: Pool, owner_id: OwnerId, batch_id: BatchId, act: Act, word: Word, selection: Selection
) -> AsyncGenerator[Act]:
    """Say `word` of the photos that were answered when the act began and are like this. Yields as above."""
    while not act.complete:
        async with transaction(pool) as connection:
            batch = await lock_batch(connection, owner_id, batch_id)
            found = await select_photos(
                connection, batch_id, selection, act.position, act.until, LABELLED_AT_ONCE
            )
            complete = len(found) < LABELLED_AT_ONCE
            position = found[-1][1] if found else act.position
            portion = [photo_id for photo_id, _ in found]
            act = await _label(connection, batch, act, word, portion, position, complete=complete)
        yield act


async def undo_labels(pool: Pool, owner_id: OwnerId, batch_id: BatchId, act: Act) -> AsyncGenerator[Act]:
    """Bring back what stood before the act that `act` undoes, of photos that nobody labelled since."""
    while not act.complete:
        async with transaction(pool) as connection:
            batch = await lock_batch(connection, owner_id, batch_id)
            done = await _sql.undo_labels(
                connection,
                batch_id=batch_id,
                act_id=act.id,
                undoes=act.undoes,
                after=act.position,
                limit=LABELLED_AT_ONCE,
                last_seq=batch["last_seq"],
            )
            act = await _note(
                connection,
                act,
                position=done["last"] or act.position,
                labelled=done["undone"],
                left_alone=done["looked"] - done["undone"],
                complete=done["looked"] < LABELLED_AT_ONCE,
            )
        yield act


async def labels_after(pool: Pool, batch_id: BatchId, after: int, limit: int, until: int) -> list[LabelEvent]:
    """The next `limit` labels of a batch with `after` < seq <= `until`, in seq order."""
    rows = _sql.labels_after(pool, batch_id=batch_id, after=after, until=until, limit=limit)
    return [_event(row) async for row in rows]


async def labels_of_photo(pool: Pool, photo_id: PhotoId) -> list[LabelEvent]:
    """All that was ever said of a photo, in the order of time."""
    return [_event(row) async for row in _sql.labels_of_photo(pool, photo_id=photo_id)]


async def _begin(
    connection: Connection,
    batch: Any,
    key_id: KeyId,
    act_id: UUID,
    *,
    note: str | None = None,
    count: int | None = None,
    undoes: UUID | None = None,
) -> Act:
    await _sql.begin_act(
        connection,
        id=act_id,
        batch_id=batch["id"],
        key_id=key_id,
        note=note,
        count=count,
        undoes=undoes,
        until=batch["last_seq"],
    )
    row = await _sql.get_act(connection, id=act_id, batch_id=batch["id"])
    if row is None or row["key_id"] != key_id:
        raise BirdsError(Code.ANOTHERS_ACT, "That act_id is another act's.")
    return _act(row)


async def _label(
    connection: Connection,
    batch: Any,
    act: Act,
    word: Word,
    photo_ids: Sequence[PhotoId],
    position: int,
    *,
    complete: bool,
) -> Act:
    labelled = await _sql.label_photos(
        connection,
        batch_id=batch["id"],
        act_id=act.id,
        photo_ids=list(photo_ids),
        last_seq=batch["last_seq"],
        **asdict(word),
    )
    left_alone = len(photo_ids) - labelled
    return await _note(
        connection, act, position=position, labelled=labelled, left_alone=left_alone, complete=complete
    )


async def _note(connection: Connection, act: Act, **progress: Any) -> Act:
    return _act(await _sql.note_progress(connection, id=act.id, **progress))


def _act(row: Any) -> Act:
    return Act(**{name: row[name] for name in Act.__slots__})


_SAME_NAME = (
    "seq", "act_id", "name", "scientific_name", "note", "count", "undoes", "shown_name", "shown_model"
)  # fmt: skip


def _event(row: Any) -> LabelEvent:
    probability = row["shown_probability"]
    return LabelEvent(
        photo_id=PhotoId(row["photo_id"]),
        rank=None if row["rank"] is None else NameRank(row["rank"]),
        by=row["said_by"],
        at=row["said_at"],
        shown_probability=None if probability is None else round(probability, 6),
        final=final_of(row),
        **{name: row[name] for name in _SAME_NAME},
    )
