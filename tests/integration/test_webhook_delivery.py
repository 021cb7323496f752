"""From the ledger to the program that is told: nothing is lost, and nothing is held up."""

import asyncio
from functools import partial

import pytest

from api.webhooks.sending import Sender
from api.webhooks.signing import new_secret
from shared.ledger import webhook_outbox
from shared.ledger import webhooks as ledger
from shared.ledger.batches import close_batch
from shared.ledger.database import Pool
from shared.ledger.webhook_outbox import Attempt, ClaimedDelivery
from shared.ledger.webhooks import DeliveryState, WebhookEvent
from tests.support.ledger import an_owner, eventually
from tests.support.receiver import receiving
from tests.support.webhooks import Hook, a_duty, a_webhook, finished_batch, sending

NOBODY = "http://127.0.0.1:1/"


async def test_a_finished_batch_is_told_signed_and_once(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as receiver, sending(pool):
        hook = await a_webhook(pool, owner, receiver.url)
        batch, _ = await finished_batch(pool, owner, ["a", "bad"])
        await close_batch(pool, owner, batch)  # again changes nothing
        came = await receiver.next()
        said = came.verified(hook.secret)
        assert said["type"] == "batch.finished"
        assert said["timestamp"].endswith("Z")
        assert said["data"]["batch_id"] == str(batch)
        assert said["data"]["counts"] == {"accepted": 2, "queued": 0, "done": 1, "failed": 1}
        assert came.headers["content-type"] == "application/json"
        [delivery] = await hook.settled()
        assert (str(delivery.id), delivery.body.encode()) == (came.id, came.body)
        assert delivery.state is DeliveryState.DELIVERED
        assert [(one.status, one.problem) for one in delivery.attempts] == [(204, None)]
        assert receiver.came.empty()


async def test_one_that_is_down_is_tried_by_the_schedule_and_then_given_up(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as receiver:
        port = receiver.port
    hook = await a_webhook(pool, owner, f"http://127.0.0.1:{port}/")
    async with sending(pool):
        await finished_batch(pool, owner)
        [delivery] = await hook.settled()
        assert (delivery.state, delivery.delivered_at) == (DeliveryState.FAILED, None)
        problems = [(one.status, one.problem) for one in delivery.attempts]
        assert problems == [(None, "Nobody takes connections there.")] * 3
        stands = await ledger.get_webhook(pool, owner, hook.id)
        assert (stands.enabled, stands.failed_at is not None) == (False, True)
        async with receiving(port) as receiver:  # it is back, and what was given up is replayed
            back = await ledger.change_webhook(pool, owner, hook.id, enabled=True)
            assert (back.enabled, back.failed_at) == (True, None)
            await ledger.replay_delivery(pool, owner, hook.id, delivery.id)
            came = await receiver.next()
            assert (came.id, came.body.decode()) == (str(delivery.id), delivery.body)
            [delivery] = await hook.settled()
            assert (delivery.state, len(delivery.attempts)) == (DeliveryState.DELIVERED, 4)


async def test_one_that_takes_others_stays_on_whatever_was_given_up(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY, [WebhookEvent.BATCH_FINISHED])
    taken, refused = Attempt(204, None, 0.1), Attempt(500, "It answered 500.", 0.1)
    for attempt, tried_for_s, stays in ((taken, 0, True), (refused, 3600, True), (refused, 0, False)):
        await finished_batch(pool, owner)
        [claimed] = await webhook_outbox.claim_deliveries(pool, 60, 1)
        assert await webhook_outbox.settle_delivery(
            pool, claimed, attempt, again_s=None, rest_s=0, gone=False, tried_for_s=tried_for_s
        )
        assert (await ledger.get_webhook(pool, owner, hook.id)).enabled == stays


@pytest.mark.parametrize("status", [500, 404, 301, 307, 503])
async def test_an_answer_that_is_no_success_is_tried_again(
    pool: Pool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.webhooks.schedule.REST_S", 0.01)
    owner = await an_owner(pool)
    async with receiving() as elsewhere, receiving() as receiver, sending(pool):
        receiver.answers, receiver.headers = [status], {"Location": elsewhere.url}
        hook = await a_webhook(pool, owner, receiver.url)
        await finished_batch(pool, owner)
        first, second = await receiver.next(), await receiver.next()
        assert (first.id, first.body) == (second.id, second.body)
        [delivery] = await hook.settled()
        assert delivery.state is DeliveryState.DELIVERED
        assert [one.status for one in delivery.attempts] == [status, 204]
        assert elsewhere.came.empty(), "redirects are not followed"


async def test_a_webhook_that_is_gone_is_switched_off_and_goes_on_when_it_is_on_again(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as receiver, sending(pool):
        receiver.answers = [410]
        hook = await a_webhook(pool, owner, receiver.url)
        await finished_batch(pool, owner)
        [delivery] = await hook.settled()
        assert (delivery.state, [one.status for one in delivery.attempts]) == (DeliveryState.FAILED, [410])
        stands = await ledger.get_webhook(pool, owner, hook.id)
        assert (stands.enabled, stands.gone_at is not None) == (False, True)
        await receiver.next()
        await finished_batch(pool, owner)  # nothing is written for it
        await ledger.replay_delivery(pool, owner, hook.id, delivery.id)  # waits
        assert [one.state for one in await hook.deliveries()] == [DeliveryState.WAITING]
        assert receiver.came.empty()
        back = await ledger.change_webhook(pool, owner, hook.id, enabled=True)
        assert (back.enabled, back.gone_at) == (True, None)
        assert (await receiver.next()).id == str(delivery.id)


async def test_one_that_is_slow_is_given_up_and_holds_up_nobody(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as slow, receiving() as quick, sending(pool, timeout_s=1.5):
        slow.silent = asyncio.Event()
        one = await a_webhook(pool, owner, slow.url, [WebhookEvent.BATCH_FINISHED])
        other = await a_webhook(pool, owner, quick.url, [WebhookEvent.BATCH_FINISHED])
        await finished_batch(pool, owner)
        await slow.next()
        for _ in range(2):  # while the slow one has not answered
            await quick.next()
            assert not (await one.deliveries())[0].attempts
            await finished_batch(pool, owner)
        await quick.next()
        assert slow.came.empty(), "one at a time"
        await eventually(lambda: attempted(one))
        assert (await one.deliveries())[0].attempts[0].problem == "No answer within 1.5 s."
        assert all(one.state is DeliveryState.DELIVERED for one in await other.settled())
        slow.silent.set()
        assert all(one.state is DeliveryState.DELIVERED for one in await one.settled())


async def test_an_attempt_that_fails_by_our_fault_harms_nobody_else(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await an_owner(pool)
    real = Sender.send

    async def send(self: Sender, delivery: ClaimedDelivery) -> Attempt:
        if delivery.url == NOBODY:
            raise RuntimeError("a fault")
        return await real(self, delivery)

    monkeypatch.setattr(Sender, "send", send)
    async with receiving() as receiver, sending(pool):
        bad, _ = [await a_webhook(pool, owner, url) for url in (NOBODY, receiver.url)]
        await finished_batch(pool, owner)
        await receiver.next()
        [delivery] = await bad.settled()
        assert {one.problem for one in delivery.attempts} == {"Something went wrong here; the log says what."}


async def attempted(hook: Hook) -> bool:
    return bool((await hook.deliveries())[0].attempts)


async def test_what_a_process_that_was_killed_left_another_delivers(pool: Pool) -> None:
    """Between commit and delivery, and in the middle of one: all of it arrives, some of it twice."""
    owner = await an_owner(pool)
    async with receiving() as receiver:
        hook = await a_webhook(pool, owner, receiver.url, [WebhookEvent.BATCH_FINISHED])
        batches = {str((await finished_batch(pool, owner))[0]) for _ in range(3)}  # while no duty runs
        receiver.silent = asyncio.Event()
        async with sending(pool):
            first = await receiver.next()
        receiver.silent.set()  # its sender has died, and nothing is noted
        assert not any(one.attempts for one in await hook.deliveries())
        async with sending(pool):
            assert receiver.came.empty(), "the dead one's hold on it has not ended"
            await pool.execute("update webhooks set free_at = now()")
            came = [await receiver.next() for _ in range(3)]
            await hook.settled()
        assert first.id in {one.id for one in came}
        assert {one.verified(hook.secret)["data"]["batch_id"] for one in came} == batches


async def test_several_processes_share_the_work_and_send_nothing_twice(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as receiver:
        hooks = [await a_webhook(pool, owner, receiver.url, [WebhookEvent.BATCH_FINISHED]) for _ in range(3)]
        for _ in range(4):
            await finished_batch(pool, owner)
        async with sending(pool), sending(pool), sending(pool):
            came = [await receiver.next() for _ in range(12)]
            for hook in hooks:
                assert [len(one.attempts) for one in await hook.settled()] == [1] * 4
        assert len({one.id for one in came}) == 12
        assert receiver.came.empty()


async def test_who_held_it_for_too_long_writes_nothing(pool: Pool) -> None:
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY, [WebhookEvent.BATCH_FINISHED])
    await finished_batch(pool, owner)
    [late] = await webhook_outbox.claim_deliveries(pool, 60, 10)
    assert await webhook_outbox.claim_deliveries(pool, 60, 10) == []
    await pool.execute("update webhooks set free_at = now()")
    [now] = await webhook_outbox.claim_deliveries(pool, 60, 10)
    assert now.id == late.id
    good, bad = webhook_outbox.Attempt(200, None, 0.1), webhook_outbox.Attempt(500, "It failed.", 0.1)
    settle = partial(webhook_outbox.settle_delivery, tried_for_s=0)
    assert not await settle(pool, late, bad, again_s=60, rest_s=0, gone=True)
    assert await settle(pool, now, good, again_s=None, rest_s=0, gone=False)
    [delivery] = await hook.deliveries()
    assert (delivery.state, len(delivery.attempts)) == (DeliveryState.DELIVERED, 1)
    assert (await ledger.get_webhook(pool, owner, hook.id)).enabled


async def test_a_secret_that_was_replaced_signs_for_as_long_as_was_said(pool: Pool) -> None:
    owner = await an_owner(pool)
    async with receiving() as receiver, sending(pool):
        hook = await a_webhook(pool, owner, receiver.url)
        other = new_secret()
        await ledger.rotate_secret(pool, owner, hook.id, secret=other, keep_old_s=3600)
        await ledger.add_test(pool, owner, hook.id)
        came = await receiver.next()
        assert came.verified(hook.secret) == came.verified(other)
        assert came.verified(other)["type"] == "webhook.test"
        await pool.execute("update webhooks set old_secret_until = now()")
        await hook.settled()
        await ledger.add_test(pool, owner, hook.id)
        came = await receiver.next()
        came.verified(other)
        with pytest.raises(Exception, match="No matching signature"):
            came.verified(hook.secret)


async def test_old_deliveries_are_forgotten(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_outbox, "FORGOTTEN_AT_ONCE", 2)
    owner = await an_owner(pool)
    hook = await a_webhook(pool, owner, NOBODY, [WebhookEvent.BATCH_FINISHED])
    for _ in range(5):
        await finished_batch(pool, owner)
    await ledger.change_webhook(pool, owner, hook.id, enabled=False)
    kept = (await hook.deliveries())[-1]
    await pool.execute(
        "update webhook_deliveries set created_at = now() - interval '31 days' where id <> $1", kept.id
    )
    await a_duty(pool).begin_all()
    assert await hook.deliveries() == [kept]
