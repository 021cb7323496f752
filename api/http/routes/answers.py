"""The calls that give answers: page by page, live, and as a file."""

from api.http.export.kinds import MEDIA_TYPES
from api.http.handlers import events, exports, results
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.labels import ResultPage
from shared.records import Scope

ANSWERS = (
    Operation(
        "GET",
        f"{BATCH}/results",
        Scope.READ,
        results.read,
        "Read answers",
        (Response(200, "A page of the feed", ResultPage),),
        details="Go on with the `seq` of the last result as `after`, until it is `last_seq`. With `wait`,"
        " returns as soon as there is an answer, or when the batch is finished. Labels have places in the"
        " same order: with `labels=true` the page is of both, `last_seq` is the latest of either, and one"
        " goes on with the greatest `seq` in it. Without that labels neither show nor count: a page full of"
        " them would keep a client that goes by results alone from the next answer, and one at the end, from"
        " ending.",
    ),
    Operation(
        "GET",
        f"{BATCH}/events",
        Scope.READ,
        events.watch,
        "Follow a batch by websocket",
        (
            Response(
                101, "JSON messages: `ResultMessage`, `LabelMessage`, `ProgressMessage`, `FinishedMessage`"
            ),
        ),
        details="Results and labels come in the order of `seq`. A browser names the subprotocols `birds.v1`"
        " and `key.<key>`. Closed with 1000 when the batch is finished, 1001 when this server stops, 1013"
        " when the client does not keep up or the server can't go on (come back with `after`), 4404 when the"
        " batch was deleted, 4401 when the key was revoked.",
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
                media_types=MEDIA_TYPES,
                headers=(
                    (
                        "X-Birds-Left-Out",
                        "Of CSV: how many it can't tell of, then how many for each reason: `12; no-place=12`",
                    ),
                ),
            ),
        ),
        details="Formats of other tools leave out what they can't tell of; a zip, which begins before all"
        " photos were looked at, says it in its README.txt, and in its comment as the header has it."
        " `ebird` is a zip where it takes more than one file.",
    ),
    Operation(
        "GET",
        f"{BATCH}/handover",
        Scope.READ,
        exports.hand_over,
        "Download several formats, with a manifest",
        (Response(200, "A zip, streamed", media_types=("application/zip",)),),
        details="All files are of one moment. `manifest.json` says which models answered, who reviewed, how"
        " many photos there are of each kind, and each file's SHA-256; `birds verify` checks it.",
    ),
)
