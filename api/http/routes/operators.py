"""The calls of operators, and those that tell what there is."""

from api.http.handlers import catalogue, keys, limits
from api.http.operations import Operation, Response
from api.http.schemas.catalogue import ModelList, SpeciesList
from api.http.schemas.keys import KeyList, MadeKey
from api.http.schemas.limits import Limits
from shared.errors import Code
from shared.records import Scope

CATALOGUE = (
    Operation(
        "GET",
        "/v1/species",
        Scope.READ,
        catalogue.species,
        "What the active model can name",
        (Response(200, "Its species", SpeciesList),),
        (Code.NO_MODEL,),
    ),
    Operation(
        "GET",
        "/v1/models",
        Scope.READ,
        catalogue.models,
        "Models, and which is active",
        (Response(200, "All models", ModelList),),
    ),
    Operation(
        "GET",
        "/v1/limits",
        Scope.UPLOAD,
        limits.read,
        "What is taken",
        (Response(200, "The limits", Limits),),
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
