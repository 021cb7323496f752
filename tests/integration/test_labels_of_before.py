"""Corrections of a version before labels were kept are the first labels of their photos."""

from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from shared.final_name import NameRank
from shared.ledger import migrate as migration
from shared.ledger.batches import get_batch
from shared.ledger.database import open_pool
from shared.ledger.feed import events_after
from shared.ledger.keys import create_key
from shared.ledger.labels import LabelEvent, Word, begin_undo, labels_of_photo, undo_labels
from shared.ledger.migrate import migrate
from shared.ledger.photos import get_photo
from shared.ledger.upkeep import miscounted_batches
from shared.records import BatchId, OwnerId, PhotoId
from tests.support.ledger import label
from tests.support.stack import Stack

MIGRATIONS = Path(migration.__file__).parent / "migrations"
BEFORE = {path.stem for path in MIGRATIONS.glob("*.sql") if path.stem < "0018"}
OWNER, BATCH = OwnerId(UUID(int=1)), BatchId(UUID(int=2))
HERON, OTHER = PhotoId(UUID(int=3)), PhotoId(UUID(int=4))
LEDGER = f"""
insert into owners (id, name) values ('{OWNER}', 'alice');
insert into batches (id, owner_id, lane, top_k, listed, accepted, done, last_seq)
    values ('{BATCH}', '{OWNER}', 'bulk', 5, true, 2, 2, 2);
insert into blobs (id, owner_id, sha256, size, stored_at) values ('{HERON}', '{OWNER}', '', 1, now());
insert into photos (id, batch_id, blob_id, name, lane, state, seq, predictions, finished_at,
                    corrected_species, corrected_at, label_rank)
    values ('{HERON}', '{BATCH}', '{HERON}', 'a.jpg', 'bulk', 'done', 1, '[]', now(), 'Grey Heron',
            '2026-05-01T06:30:00Z', 'species'),
           ('{OTHER}', '{BATCH}', '{HERON}', 'b.jpg', 'bulk', 'done', 2, '[]', now(), null, null, null);
"""


@pytest.fixture
async def of_before(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres_url)
    await connection.execute("drop schema public cascade; create schema public")
    await migrate(stack.postgres_url, only=BEFORE)
    await connection.execute(LEDGER)
    await connection.close()


@pytest.mark.usefixtures("of_before")
async def test_a_correction_of_before_is_told_and_comes_back(stack: Stack) -> None:
    await migrate(stack.postgres_url)
    async with open_pool(stack.postgres_url, 2) as pool:
        batch = await get_batch(pool, OWNER, BATCH)
        assert (batch.last_seq, batch.feed_seq) == (2, 3)
        [_, _, event] = await events_after(pool, batch, 0, 10)
        assert isinstance(event, LabelEvent)
        assert (event.seq, event.name, event.by) == (3, "Grey Heron", None)
        assert event.at.isoformat() == "2026-05-01T06:30:00+00:00"
        key = (await create_key(pool, "alice")).id
        await label(pool, OWNER, BATCH, [HERON, OTHER], Word("Ardea", "Ardea", NameRank.GENUS), key)
        async for _ in undo_labels(pool, OWNER, BATCH, await begin_undo(pool, OWNER, BATCH, key, None)):
            pass
        photos = [await get_photo(pool, OWNER, photo) for photo in (HERON, OTHER)]
        assert [(one.corrected_species, one.corrected_at) for one in photos if one] == [
            ("Grey Heron", event.at),
            (None, None),
        ]
        assert [one.name for one in await labels_of_photo(pool, HERON)] == [
            "Grey Heron",
            "Ardea",
            "Grey Heron",
        ]
        assert await miscounted_batches(pool) == []
