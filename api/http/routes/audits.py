"""The calls by which many answers are accepted after a few were checked."""

from api.http.handlers import audits
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.audits import AuditDocument
from shared.records import Scope

AUDITS = (
    Operation(
        "POST",
        f"{BATCH}/audit",
        Scope.REVIEW,
        audits.draw,
        "Draw photos to check before many are accepted",
        (Response(200, "What was drawn, and what is known by now", AuditDocument),),
        details="At random, from every species and band of probability in proportion. Check them by labelling"
        " them, then read what that says of all, and accept with a label for many: `accept`, and a `query` of"
        " rank `species`, not reviewed, and of at least the proposed probability. With a larger `checks` or"
        " a smaller `margin` more are drawn beside those of before.",
    ),
    Operation(
        "GET",
        f"{BATCH}/audit",
        Scope.READ,
        audits.read,
        "What the checked photos say of all",
        (Response(200, "With a 95 % interval, by species and in all", AuditDocument),),
        details="Where the answers are others by now, by another model or other settings, it is drawn anew.",
    ),
)
