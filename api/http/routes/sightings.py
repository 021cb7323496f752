"""The calls about sightings."""

from api.http.handlers import sightings
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.sightings import SightingPage, SightingsState, SightingSummary
from shared.records import Scope

SIGHTINGS = (
    Operation(
        "GET",
        f"{BATCH}/sightings",
        Scope.READ,
        sightings.listing,
        "List sightings",
        (Response(200, "A page of them, with their photos", SightingPage),),
        details="Photos that one camera took one soon after the other, and that are alike, are frames of one"
        " sighting. They are made when a batch is finished, a moment later, and anew where answers change.",
    ),
    Operation(
        "GET",
        f"{BATCH}/sightings/names",
        Scope.READ,
        sightings.summary,
        "Count sightings by name",
        (Response(200, "Each name with its sightings", SightingSummary),),
    ),
    Operation(
        "POST",
        f"{BATCH}/sightings",
        Scope.UPLOAD,
        sightings.make,
        "Make sightings anew",
        (Response(202, "How they stand", SightingsState),),
        details="By another gap, or of a batch that is not finished yet. They are made beside requests, of"
        " 100,000 photos in half a minute; until then the old ones are told.",
    ),
)
