"""The calls that put together what photos come to."""

from api.http.handlers import overview
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH
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
