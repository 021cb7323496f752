"""Every call of the interface, by subject: the routes and the OpenAPI document are made from this table."""

from api.http.operations import Operation
from api.http.routes.answers import ANSWERS
from api.http.routes.audits import AUDITS
from api.http.routes.batches import BATCHES, SHARES
from api.http.routes.incoming import PHOTOS_IN, REFUSED
from api.http.routes.labels import LABELS
from api.http.routes.operators import CATALOGUE, OPERATORS
from api.http.routes.overview import OVERVIEW
from api.http.routes.photos import PHOTOS
from api.http.routes.places import PLACES
from api.http.routes.service import SERVICE
from api.http.routes.shadow import SHADOW
from api.http.routes.sightings import SIGHTINGS
from api.http.routes.webhooks import WEBHOOKS

OPERATIONS: tuple[Operation, ...] = (
    *BATCHES,
    *PHOTOS_IN,
    *REFUSED,
    *ANSWERS,
    *PHOTOS,
    *PLACES,
    *LABELS,
    *SIGHTINGS,
    *AUDITS,
    *OVERVIEW,
    *CATALOGUE,
    *SHARES,
    *WEBHOOKS,
    *OPERATORS,
    *SHADOW,
    *SERVICE,
)
