"""The calls about where and when photos were taken, and which birds are there."""

from api.http.handlers import ranges, sites
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.ranges import AcceptedDocument, AcceptedList
from api.http.schemas.sites import ClockReport, SiteList
from shared.errors import Code
from shared.records import Scope

_ACCEPTED = "/v1/range/accepted"

PLACES = (
    Operation(
        "GET",
        f"{BATCH}/sites",
        Scope.READ,
        sites.read,
        "Where and when photos of a batch were taken",
        (Response(200, "What is said of it, and of folders in it", SiteList),),
    ),
    Operation(
        "PUT",
        f"{BATCH}/sites",
        Scope.UPLOAD,
        sites.put,
        "Say where and when photos of a batch were taken",
        (Response(200, "What is said now", SiteList),),
        (Code.UNCLEAR_SITE,),
        details="Place, zone and a shift of the camera's clock, of the batch or of folders in it. What photos"
        " recorded stays as it is; `effective` of a result has what follows.",
    ),
    Operation(
        "GET",
        f"{BATCH}/clock",
        Scope.READ,
        sites.clock,
        "Whether the cameras' clocks were right",
        (Response(200, "What frames with a satellite's time say, and the shifts that follow", ClockReport),),
        details="Nothing is changed: send `sites` of the answer to `/sites` for that.",
    ),
    Operation(
        "GET",
        _ACCEPTED,
        Scope.READ,
        ranges.accepted,
        "List what you said of species at places",
        (Response(200, "Newest first", AcceptedList),),
    ),
    Operation(
        "POST",
        _ACCEPTED,
        Scope.REVIEW,
        ranges.accept,
        "Say that a species is at a place",
        (Response(201, "What is said", AcceptedDocument),),
        (Code.UNKNOWN_SPECIES, Code.UNCLEAR_SITE),
        details="Of a bird that was introduced, escaped or has newly come: in a country, about a point, or"
        " everywhere. It comes before every source of ranges, in all your batches; answers that are told"
        " otherwise then come with a new `seq`.",
    ),
    Operation(
        "DELETE",
        f"{_ACCEPTED}/{{accepted_id}}",
        Scope.REVIEW,
        ranges.forget,
        "Take that back",
        (Response(204, "It is as before"),),
    ),
)
