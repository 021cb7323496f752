"""What keys use up is counted once for all api processes, and costs next to nothing."""

import pytest

from api.duties import allowances, holds
from api.duties.allowances import PORTIONS, Allowances
from api.duties.holds import Holds
from api.duties.quotas import OverLimit, Quota
from shared.errors import LedgerFull
from shared.ledger.database import Pool
from shared.ledger.usage import Taken, open_batches_of_owner, queued_of_owner, take_portion
from shared.records import KeyId, new_id
from tests.support.ledger import a_batch, an_owner, queue_photos

HOUR = 3600
KEY, OTHER = KeyId(new_id()), KeyId(new_id())


def quota(amount: int, name: str = "requests") -> Quota:
    return Quota(name, amount, "make {amount} requests", 24 * HOUR)


async def taken(allowed: Allowances, of: Quota, tries: int, key: KeyId = KEY) -> int:
    """How many of that many tries passed."""
    passed = 0
    for _ in range(tries):
        try:
            await allowed.take(key, of)
        except OverLimit:
            continue
        passed += 1
    return passed


@pytest.mark.parametrize("amount", [1, 7, 1000])
async def test_two_processes_together_give_out_what_there_is(pool: Pool, amount: int) -> None:
    first, second = Allowances(pool), Allowances(pool)
    of = quota(amount)
    total = 0
    for _ in range(amount // 10 + 1):
        total += await taken(first, of, 10) + await taken(second, of, 10)
    assert amount - amount // PORTIONS <= total <= amount
    assert await taken(first, of, 10, OTHER) == min(amount, 10)


async def test_some_hundred_requests_cost_one_statement(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = 0

    async def counted(*given: object) -> Taken:
        nonlocal statements
        statements += 1
        return await take_portion(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(allowances, "take_portion", counted)
    allowed = Allowances(pool)
    assert await taken(allowed, quota(12_000), 2400) == 2400
    assert statements == 10
    assert await taken(allowed, quota(20, "few"), 2000) == 20
    assert statements == 30  # and not one more for each that was refused


async def test_what_is_left_is_told_and_comes_back(pool: Pool) -> None:
    allowed = Allowances(pool)
    assert (await allowed.take(KEY, quota(1000))).startswith('"requests";r=999;t=')
    of = quota(10, "few")
    await allowed.take(KEY, of, 9)
    with pytest.raises(OverLimit) as refused:
        await allowed.take(KEY, of, 2)
    assert refused.value.headers["RateLimit-Policy"] == '"few";q=10;w=86400'
    assert refused.value.headers["RateLimit"].startswith('"few";r=0;t=')
    assert 0 < refused.value.retry_after_s <= 24 * HOUR
    with pytest.raises(OverLimit):
        allowed.check(KEY, Quota("few", 10, "", 24 * HOUR)) if await taken(allowed, of, 2) == 1 else None
    await pool.execute("update key_usage set since = since - interval '1 day'")
    assert await taken(Allowances(pool), of, 20) == 10


async def test_on_a_full_disk_limits_keep_nobody_from_making_room(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> Taken:
        raise LedgerFull("its disk is full")

    monkeypatch.setattr(allowances, "take_portion", full)
    assert await taken(Allowances(pool), quota(1), 5) == 5


async def free(there: Holds, key: KeyId, of: Quota) -> bool:
    await there.tell()
    try:
        async with there.hold(key, of):
            return True
    except OverLimit:
        return False


async def test_what_is_open_elsewhere_counts_until_it_is_closed_or_its_process_is_gone(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = Holds(pool), Holds(pool)
    two = Quota("uploads", 2, "send {amount} at once")
    async with elsewhere.hold(KEY, two):
        assert await free(here, KEY, two)
        async with elsewhere.hold(KEY, two):
            assert not await free(elsewhere, KEY, two)
            assert not await free(here, KEY, two)
            assert await free(here, OTHER, two)
        await elsewhere.tell()
        assert await free(here, KEY, two)
        async with elsewhere.hold(KEY, two):
            await elsewhere.tell()
            await pool.execute("update key_holds set told_at = now() - interval '1 minute'")
            assert await free(here, KEY, two)
    for each in (elsewhere, here):
        await each.tell()
    assert await pool.fetchval("select count(*) from key_holds") == 0
    monkeypatch.setattr(holds, "tell_holds", None)
    await here.tell()  # nobody is asked where nothing is held


async def test_an_owners_backlog_and_open_batches_are_counted(pool: Pool) -> None:
    alice, bob = await an_owner(pool), await an_owner(pool, "bob")
    for owner, names in ((alice, "abc"), (bob, "d")):
        await queue_photos(pool, owner, await a_batch(pool, owner), list(names))
    assert [await queued_of_owner(pool, owner) for owner in (alice, bob)] == [3, 1]
    await a_batch(pool, bob)
    assert [await open_batches_of_owner(pool, owner) for owner in (alice, bob)] == [1, 2]
