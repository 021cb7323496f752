"""A ledger of the version before becomes one of this version, and nothing that it says is lost."""

import asyncpg

from scripts.checks.migration import BEFORE, migrated_in
from shared.ledger.database import open_pool
from shared.ledger.upkeep import miscounted_batches
from tests.support.stack import Stack


async def test_a_thousand_answers_of_the_version_before_are_all_there(stack: Stack) -> None:
    database = "before_" + stack.vhost.replace("-", "_")
    connection = await asyncpg.connect(stack.postgres_url)
    await connection.execute(f"create database {database}")
    url = stack.postgres_url.rpartition("/")[0] + "/" + database
    try:
        seconds = await migrated_in(url, 1000)
        assert min(seconds) > BEFORE
        async with open_pool(url, 2) as pool:
            names = await pool.fetch(
                "select final_name, final_rank, count(*) as photos from photos group by 1, 2 order by 1"
            )
            assert [tuple(row) for row in names] == [
                ("Great Tit", "species", 50),
                ("Mallard", "species", 900),
                ("Not a bird", "not-a-bird", 50),
            ]
            assert await pool.fetchval("select count(*) from photos where seq is null") == 0
            assert await pool.fetchval("select count(*) from readings") == 0
            assert await miscounted_batches(pool) == []
    finally:
        await connection.execute(f"drop database {database} with (force)")
        await connection.close()
