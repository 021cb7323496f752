"""The calls of operators, of those who share, and of those who watch over the process."""

from api.http.handlers import catalogue, keys, pages, probes
from api.http.operations import Operation, Response
from api.http.schemas.catalogue import Health, ModelList, Readiness
from api.http.schemas.keys import KeyList, MadeKey
from shared.errors import Code
from shared.records import Scope

BATCH = "/v1/batches/{batch_id}"

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

OPERATORS = (
    Operation(
        "POST",
        "/v1/keys",
        Scope.ADMIN,
        keys.create,
        "Make a key",
        (Response(201, "The key, which is not shown again", MadeKey),),
    ),
    Operation(
        "GET",
        "/v1/keys",
        Scope.ADMIN,
        keys.listing,
        "List keys",
        (Response(200, "All that were ever made but shares, without what makes them keys", KeyList),),
    ),
    Operation(
        "DELETE",
        "/v1/keys/{key_id}",
        Scope.ADMIN,
        keys.revoke,
        "Revoke a key",
        (Response(204, "It opens nothing any more"),),
    ),
    Operation(
        "PUT",
        "/v1/models/active",
        Scope.ADMIN,
        catalogue.promote,
        "Promote a model",
        (Response(200, "All models", ModelList),),
        (Code.NO_MODEL,),
        details="Every worker switches to it, between two batches; one that can't load it goes on with the"
        " one before. Folders are promoted with `birds models promote`, where they can be seen.",
    ),
)

SERVICE = (
    Operation(
        "GET",
        "/healthz",
        None,
        probes.alive,
        "Whether the process is alive",
        (Response(200, "It is", Health),),
    ),
    Operation(
        "GET",
        "/readyz",
        None,
        probes.ready,
        "Whether it can do its work",
        (Response(200, "Postgres, RabbitMQ and S3 answer, and take what they are given", Readiness),),
        (Code.UNAVAILABLE, Code.NO_SPACE),
        details="Otherwise the problem has the same members, and `reasons`: a sentence for each part that is"
        " waited for. With `no-space` all is there, but no more photos are taken; what is there can be read"
        " and deleted.",
    ),
    Operation(
        "GET",
        "/metrics",
        None,
        probes.prometheus,
        "Metrics for Prometheus",
        (Response(200, "Prometheus text format", media_types=("text/plain",)),),
    ),
    Operation(
        "GET",
        "/openapi.json",
        None,
        pages.openapi,
        "This interface as OpenAPI 3.1",
        (Response(200, "The document", media_types=("application/json",)),),
    ),
    Operation(
        "GET",
        "/docs",
        None,
        pages.docs,
        "This interface as a page to read",
        (Response(200, "The page", media_types=("text/html",)),),
    ),
)
