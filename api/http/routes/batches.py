"""The calls by which a batch begins, ends and is shared."""

from api.http.handlers import batches, comparison, keys, scoring
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.batches import BatchDocument, BatchPage
from api.http.schemas.comparison import ComparisonDocument
from api.http.schemas.keys import KeyList, MadeKey
from api.http.schemas.scoring import Rescored
from shared.errors import Code
from shared.records import Scope

_LOCATION = ("Location", "Where it is")

BATCHES = (
    Operation(
        "POST",
        "/v1/batches",
        Scope.UPLOAD,
        batches.create,
        "Open a batch",
        (Response(201, "The new batch", BatchDocument, headers=(_LOCATION,)),),
        (Code.UNCLEAR_SITE, Code.UNKNOWN_SPECIES, Code.OUT_OF_BOUNDS),
    ),
    Operation(
        "GET",
        "/v1/batches",
        Scope.READ,
        batches.listing,
        "List batches",
        (Response(200, "Newest first", BatchPage),),
    ),
    Operation(
        "GET",
        BATCH,
        Scope.READ,
        batches.read,
        "How a batch stands",
        (Response(200, "The batch", BatchDocument),),
    ),
    Operation(
        "PATCH",
        BATCH,
        Scope.UPLOAD,
        batches.change,
        "Change what is said of a batch",
        (Response(200, "The batch", BatchDocument),),
        (Code.OUT_OF_BOUNDS,),
        details="As a JSON Merge Patch (RFC 7396) does: what is left out stays, null removes.",
    ),
    Operation(
        "POST",
        f"{BATCH}/close",
        Scope.UPLOAD,
        batches.close,
        "Close a batch",
        (Response(200, "The batch", BatchDocument),),
        details="It takes no more photos, and is finished once all are answered. Uploads that were announced"
        " and not completed are given up. Closing twice is harmless.",
    ),
    Operation(
        "POST",
        f"{BATCH}/retry",
        Scope.UPLOAD,
        batches.retry,
        "Try failed photos again",
        (Response(200, "The batch", BatchDocument),),
        details="Photos whose failure may pass are queued again and come with a new `seq`: at once where they"
        " are few; of many the batch says `retrying` meanwhile.",
    ),
    Operation(
        "POST",
        f"{BATCH}/cancel",
        Scope.UPLOAD,
        batches.cancel,
        "Cancel a batch",
        (Response(200, "The batch", BatchDocument),),
        details="It takes no more photos, and those without an answer fail as `cancelled`, each with a `seq`:"
        " at once where they are few; of many the batch says `cancelling` meanwhile. Then it is"
        " finished. Answers that are there stay. Cancelling twice is harmless, and so is cancelling what is"
        " finished; a retry takes the photos up again.",
    ),
    Operation(
        "POST",
        f"{BATCH}/rescore",
        Scope.UPLOAD,
        scoring.rescore,
        "Tell answers anew",
        (Response(200, "What became of them", Rescored),),
        (Code.UNKNOWN_SPECIES,),
        details="Of what the models said when they answered, by other settings; no model is asked again."
        " Answers that are another one then come with a new `seq`, the others stay. 100,000 photos take some"
        " seconds.",
    ),
    Operation(
        "POST",
        f"{BATCH}/reanswer",
        Scope.UPLOAD,
        scoring.reanswer,
        "Have another model answer",
        (Response(200, "The batch", BatchDocument),),
        (Code.MODEL_NOT_ACTIVE, Code.NO_MODEL, Code.BACKLOG_FULL, Code.CANCELLED),
        details="Photos that another model answered than the active one are queued again and come with a new"
        " `seq`. What was said of them before is kept: see `/compare`.",
    ),
    Operation(
        "GET",
        f"{BATCH}/compare",
        Scope.READ,
        comparison.compare,
        "Compare two models",
        (Response(200, "Agreement, accuracy, and photos that differ", ComparisonDocument),),
        details="Of the photos that both have answered, as they did then: best species, and whether there is"
        " a bird. A label of a genus, a family or an order is met by any species of it.",
    ),
    Operation(
        "DELETE",
        BATCH,
        Scope.UPLOAD,
        batches.delete,
        "Delete a batch",
        (Response(204, "Nobody finds it any more"),),
        details="Its answers go, and the bytes of photos that no other batch shows: at once of a small batch,"
        " in some minutes of one of a million photos.",
    ),
)

SHARES = (
    Operation(
        "POST",
        f"{BATCH}/shares",
        Scope.UPLOAD,
        keys.share,
        "Share a batch",
        (Response(201, "A key that reads this batch and nothing else", MadeKey),),
    ),
    Operation(
        "GET",
        f"{BATCH}/shares",
        Scope.UPLOAD,
        keys.shares,
        "List who a batch is shared with",
        (Response(200, "The keys, without what makes them keys", KeyList),),
    ),
    Operation(
        "DELETE",
        f"{BATCH}/shares/{{key_id}}",
        Scope.UPLOAD,
        keys.unshare,
        "End a share",
        (Response(204, "The key opens nothing any more"),),
    ),
)
