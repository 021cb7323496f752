"""The outbox in the ledger: what a page of it costs, and what goes back to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.ledger import outbox
from shared.ledger.database import Pool
from shared.records import Lane
from tests.support.ledger import a_batch, an_owner, fill_outbox, queue_photos


@pytest.mark.parametrize("owners", [1, 20])
async def test_a_page_of_the_outbox_costs_the_same_however_long_it_is(pool: Pool, owners: int) -> None:
    for number in range(owners):
        owner = await an_owner(pool, f"owner {number}")
        await fill_outbox(pool, owner, await a_batch(pool, owner), Lane.BULK, 10_000 // owners)
    await pool.execute("analyze photos")
    statement = (Path(outbox.__file__).parent / "sql" / "outbox.sql").read_text()
    query = statement.split("-- name: unpublished_photos")[1].split(";")[0]
    query = query.replace(":limit", "200").replace(":lane", "'bulk'")
    async with pool.acquire() as connection, connection.transaction():
        [plan] = await connection.fetchval("explain (analyze, format json) " + query)
    assert max(rows(plan["Plan"])) <= 400
    assert "Seq Scan" not in str(plan)


def rows(plan: dict[str, Any]) -> Iterator[int]:
    """Of each step of a plan."""
    yield plan["Actual Rows"] * plan["Actual Loops"]
    for step in plan.get("Plans", ()):
        yield from rows(step)


async def test_a_lost_lane_goes_back_to_the_outbox_in_portions(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "UNPUBLISH_AT_ONCE", 7)
    owner = await an_owner(pool)
    batch = await a_batch(pool, owner)
    await queue_photos(pool, owner, batch, [str(n) for n in range(20)])
    await pool.execute("update photos set published_at = now()")
    assert await outbox.unpublish_lane(pool, Lane.BULK, older_than_s=3600) == 0
    assert await outbox.unpublish_lane(pool, Lane.BULK, older_than_s=0) == 20
    assert await pool.fetchval("select count(*) from photos where published_at is null") == 20
