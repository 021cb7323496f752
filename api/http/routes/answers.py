"""The calls that give answers: page by page, live, and as a file."""

from api.http.handlers import events, exports, results
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.results import ResultPage
from shared.records import Scope

ANSWERS = (
    Operation(
        "GET",
        f"{BATCH}/results",
        Scope.READ,
        results.read,
        "Read answers",
        (Response(200, "A page of the feed", ResultPage),),
        details="`last_seq` and `state` are the batch's. Go on with the `seq` of the last result as `after`."
        " With `wait`, returns as soon as there is an answer, or when the batch is finished.",
    ),
    Operation(
        "GET",
        f"{BATCH}/events",
        Scope.READ,
        events.watch,
        "Follow a batch by websocket",
        (Response(101, "JSON messages: `ResultMessage`, `ProgressMessage`, `FinishedMessage`"),),
        details="A browser names the subprotocols `birds.v1` and `key.<key>`. Closed with 1000 when the batch"
        " is finished, 1001 when this server stops, 1013 when the client does not keep up or the server can't"
        " go on (come back with `after`), 4404 when the batch was deleted, 4401 when the key was revoked.",
    ),
    Operation(
        "GET",
        f"{BATCH}/export",
        Scope.READ,
        exports.download,
        "Download all answers",
        (
            Response(
                200,
                "The file, streamed",
                media_types=("text/csv", "application/x-ndjson", "application/vnd.apache.parquet"),
            ),
        ),
    ),
)
