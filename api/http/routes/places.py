"""The calls about where and when photos were taken."""

from api.http.handlers import sites
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.sites import ClockReport, SiteList
from shared.errors import Code
from shared.records import Scope

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
)
