"""A typed, asynchronous client of the HTTP interface; needs neither the server's code nor torch."""

from api.client.client import BirdsClient
from api.client.errors import BirdsApiError, ServerUnreachableError
from api.client.files import LocalFile
from api.client.outcomes import Outcome, Watch
from api.client.patience import Patience
from api.client.records import BatchDocument, Result

__all__ = [
    "BatchDocument",
    "BirdsApiError",
    "BirdsClient",
    "LocalFile",
    "Outcome",
    "Patience",
    "Result",
    "ServerUnreachableError",
    "Watch",
]
