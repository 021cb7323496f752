"""What a webhook's signature is, and what follows from an attempt."""

import base64
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.webhooks.schedule import JITTER, LONGEST_S, REST_S, SCHEDULE_S, Consequence, consequence_of
from api.webhooks.sending import _seconds
from api.webhooks.signing import new_secret, signature_headers
from shared.ledger.webhook_outbox import Attempt

BODY = '{"type":"batch.finished","data":{"name":"Käuzchen"}}'.encode()


def test_a_receivers_library_takes_each_signature_and_no_other() -> None:
    first, second = new_secret(), new_secret()
    headers = signature_headers([first, second], "an-id", int(time.time()), BODY)
    for secret in (first, second):
        assert Webhook(secret).verify(BODY, headers)["data"] == {"name": "Käuzchen"}
    for secret, body, told in (
        (new_secret(), BODY, headers),
        (first, BODY.replace(b"batch", b"Batch"), headers),
        (first, BODY, {**headers, "webhook-id": "another"}),
        (first, BODY, {**headers, "webhook-timestamp": str(int(time.time()) - 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, told)


def test_a_secret_is_as_the_standard_has_it() -> None:
    prefix, _, rest = new_secret().partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(rest, validate=True)) <= 64


def test_the_schedule_is_gone_through_and_then_it_is_given_up() -> None:
    assert sum(SCHEDULE_S) == 75 * 3600 + 35 * 60 + 5  # the standard's sum
    failed = Attempt(500, "It answered 500.", 1.0)
    for failures, pause_s in enumerate(SCHEDULE_S[1:]):
        again_s = consequence_of(failed, failures).again_s
        assert again_s is not None
        assert pause_s <= again_s <= pause_s * (1 + JITTER)
    assert consequence_of(failed, len(SCHEDULE_S) - 1).again_s is None
    assert len({consequence_of(failed, 3).again_s for _ in range(9)}) > 1, "what failed together comes apart"


@pytest.mark.parametrize(
    ("attempt", "told"),
    [
        (Attempt(200, None, 1.0), Consequence(True, False, None, 0)),
        (Attempt(410, "It answered 410.", 1.0, 60.0), Consequence(False, True, None, 0)),
        (Attempt(429, "It answered 429.", 1.0), Consequence(False, False, 60.0, REST_S)),
        (Attempt(503, "It answered 503.", 1.0, 120.0), Consequence(False, False, 120.0, 120.0)),
        (Attempt(500, "It answered 500.", 1.0, 120.0), Consequence(False, False, 120.0, 0)),
        (Attempt(503, "It answered 503.", 1.0, 1e9), Consequence(False, False, LONGEST_S, LONGEST_S)),
    ],
)
def test_what_an_answer_asks_for_is_done(
    attempt: Attempt, told: Consequence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.webhooks.schedule.JITTER", 0.0)
    assert consequence_of(attempt, 0, (0, 60)) == told


def test_the_time_to_come_back_is_read_as_http_has_it() -> None:
    assert [_seconds(text) for text in ("", "17", "-1", "soon", "١٧")] == [None, 17.0, None, None, None]
    later = _seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert later == pytest.approx(90, abs=5)
    assert _seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0
