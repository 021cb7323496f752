"""The calls by which other programs are told of what happens here."""

from api.http.handlers import webhooks
from api.http.operations import Operation, Response
from api.http.schemas.webhooks import (
    DeliveryDocument,
    DeliveryPage,
    MadeWebhook,
    WebhookDocument,
    WebhookList,
)
from shared.errors import Code
from shared.records import Scope

_WEBHOOK = "/v1/webhooks/{webhook_id}"

WEBHOOKS = (
    Operation(
        "POST",
        "/v1/webhooks",
        Scope.UPLOAD,
        webhooks.create,
        "Make a webhook",
        (Response(201, "The webhook, with its secret", MadeWebhook),),
        (Code.REFUSED_ADDRESS,),
        details="Events are posted to it as Standard Webhooks 1.0 says, signed, at least once and in no"
        " certain order: `{type, timestamp, data}`. `batch.finished`: a batch takes no more photos and all"
        " are answered; once more where that ends and comes again, after a retry say. `batch.reviewed`: it"
        " is finished, and a person's word stands on each photo that is done, of which there is one at"
        " least. `model.promoted`: workers are to switch to another model. Any 2xx is success; 410 switches"
        " the webhook off; anything else is tried again for three days.",
    ),
    Operation(
        "GET",
        "/v1/webhooks",
        Scope.UPLOAD,
        webhooks.listing,
        "List webhooks",
        (Response(200, "Yours", WebhookList),),
    ),
    Operation(
        "GET",
        _WEBHOOK,
        Scope.UPLOAD,
        webhooks.read,
        "How a webhook stands",
        (Response(200, "The webhook", WebhookDocument),),
    ),
    Operation(
        "PATCH",
        _WEBHOOK,
        Scope.UPLOAD,
        webhooks.change,
        "Change a webhook",
        (Response(200, "The webhook", WebhookDocument),),
        (Code.REFUSED_ADDRESS,),
        details="One that is switched on again is sent what still waits for it.",
    ),
    Operation(
        "DELETE",
        _WEBHOOK,
        Scope.UPLOAD,
        webhooks.delete,
        "End a webhook",
        (Response(204, "Nothing is sent to it any more"),),
    ),
    Operation(
        "POST",
        f"{_WEBHOOK}/secret",
        Scope.UPLOAD,
        webhooks.rotate,
        "Give a webhook another secret",
        (Response(200, "The webhook, with its new secret", MadeWebhook),),
        details="The secret of before signs beside it for a while, and is known to nobody else afterwards.",
    ),
    Operation(
        "POST",
        f"{_WEBHOOK}/test",
        Scope.UPLOAD,
        webhooks.test,
        "Send a webhook something",
        (Response(202, "The delivery; `/deliveries` tells what came of it", DeliveryDocument),),
        details="Of type `webhook.test`, whatever the webhook is told of. One that is switched off is sent it"
        " when it is on again.",
    ),
    Operation(
        "GET",
        f"{_WEBHOOK}/deliveries",
        Scope.UPLOAD,
        webhooks.deliveries,
        "List what was sent to a webhook",
        (Response(200, "Newest first, with all attempts", DeliveryPage),),
        details="Kept for as long as the operator says, a month by default.",
    ),
    Operation(
        "POST",
        f"{_WEBHOOK}/deliveries/{{delivery_id}}/replay",
        Scope.UPLOAD,
        webhooks.replay,
        "Send a delivery again",
        (Response(202, "The delivery, which is due now", DeliveryDocument),),
        details="Whatever became of it before, under the same `webhook-id`.",
    ),
)
