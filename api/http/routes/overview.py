"""The calls that put together what photos come to."""

from api.http.handlers import check, overview
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
from api.http.schemas.check import CheckQueue
from api.http.schemas.overview import BatchSummary, LifeList, SearchResult
from shared.records import Scope

OVERVIEW = (
    Operation(
        "GET",
        f"{BATCH}/summary",
        Scope.READ,
        overview.summary,
        "The species of a batch",
        (Response(200, "Each final name, with the photo that shows it best", BatchSummary),),
    ),
    Operation(
        "GET",
        f"{BATCH}/check",
        Scope.READ,
        check.queue,
        "What is to be checked",
        (Response(200, "Sightings that nobody has had a word on, those first that tell most", CheckQueue),),
        details="Of each species that nobody has named yet the surest sighting, then birds that are not to be"
        " expected there and then, then the least sure, then those of the audit's sample. Label a sighting's"
        " photos, and it is checked.",
    ),
    Operation(
        "GET",
        "/v1/life",
        Scope.READ,
        overview.life,
        "The life list",
        (Response(200, "Species that people have named", LifeList, media_types=("text/csv",)),),
        details="A species is on it as soon as a person has named a photo so, in whichever batch: the model's"
        " word alone is not enough, nor is a genus or a family. The first photo is the one that was taken"
        " first, by the camera's clock.",
    ),
    Operation(
        "GET",
        "/v1/search",
        Scope.READ,
        overview.search,
        "Search all batches",
        (Response(200, "Batches, species and files", SearchResult),),
    ),
)
