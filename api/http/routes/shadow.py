"""The calls of a candidate that answers some photos beside the active model."""

from api.http.handlers import shadow
from api.http.operations import Operation, Response
from api.http.schemas.catalogue import ModelList
from api.http.schemas.shadow import ShadowDocument
from shared.errors import Code
from shared.records import Scope

_PATH = "/v1/models/shadow"

SHADOW = (
    Operation(
        "GET",
        _PATH,
        Scope.ADMIN,
        shadow.read,
        "How the candidate does",
        (Response(200, "Against the active model, on photos that people have reviewed", ShadowDocument),),
        (Code.NOT_FOUND,),
    ),
    Operation(
        "PUT",
        _PATH,
        Scope.ADMIN,
        shadow.put,
        "Set a candidate",
        (Response(200, "It answers as soon as workers have loaded it", ShadowDocument),),
        (Code.NO_MODEL, Code.ALREADY_ACTIVE),
        details="Workers answer every n-th photo with it, too, after the photo's own answer, in a process"
        " beside; what it says is told of no photo. One that fails is given up until it is set anew. Folders"
        " are set with `birds models shadow`, where they can be seen.",
    ),
    Operation(
        "DELETE",
        _PATH,
        Scope.ADMIN,
        shadow.end,
        "End the candidate",
        (Response(204, "The active model answers alone; what the candidate has said is kept"),),
    ),
    Operation(
        "POST",
        f"{_PATH}/swap",
        Scope.ADMIN,
        shadow.swap,
        "Promote the candidate if it is better",
        (Response(200, "All models", ModelList),),
        (Code.NOT_FOUND, Code.NOT_BETTER),
        details="Better: the 95 % interval of the difference lies above zero. Whoever asks again after each"
        " photo until it does is told so by chance more often than one time in 40: ask rarely.",
    ),
    Operation(
        "POST",
        "/v1/models/back",
        Scope.ADMIN,
        shadow.back,
        "Return to the model that served before",
        (Response(200, "All models", ModelList),),
        (Code.NOT_FOUND,),
        details="Or to the one that serves while the promoted one can't be loaded. Once more leads forward"
        " again.",
    ),
)
