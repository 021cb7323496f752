"""The calls of those who watch over the process or read about the interface: without a key."""

from api.http.handlers import pages, probes
from api.http.operations import Operation, Response
from api.http.schemas.catalogue import Health, Readiness
from shared.errors import Code

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
