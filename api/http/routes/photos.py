"""The calls about one photo."""

from api.http.handlers import photos
from api.http.operations import BYTES, Operation, Response
from api.http.routes.paths import PHOTO
from api.http.schemas.labels import Label
from api.http.schemas.results import DetailedResult
from shared.errors import Code
from shared.records import Scope

_NEW = ("ETag", "Of the bytes; send it as `If-None-Match`")

PHOTOS = (
    Operation(
        "GET", PHOTO, Scope.READ, photos.read, "One result", (Response(200, "The result", DetailedResult),)
    ),
    Operation(
        "GET",
        f"{PHOTO}/image",
        Scope.READ,
        photos.image,
        "The photo as it was sent",
        (
            Response(200, "Its bytes", media_types=("image/*", BYTES), headers=(_NEW,)),
            Response(304, "As you have it"),
        ),
        (Code.MISSING_OBJECT,),
    ),
    Operation(
        "GET",
        f"{PHOTO}/thumbnail",
        Scope.READ,
        photos.thumbnail,
        "A small JPEG, upright, at most 320 pixels a side",
        (
            Response(200, "The JPEG", media_types=("image/jpeg",), headers=(_NEW,)),
            Response(304, "As you have it"),
        ),
        (
            Code.MISSING_OBJECT,
            Code.UNSUPPORTED_TYPE,
            Code.CORRUPT_IMAGE,
            Code.TRUNCATED_IMAGE,
            Code.TOO_MANY_PIXELS,
            Code.DECODE_TIMEOUT,
            Code.WORKER_CRASHED,
        ),
    ),
    Operation(
        "DELETE",
        PHOTO,
        Scope.UPLOAD,
        photos.delete,
        "Delete a single classification",
        (Response(204, "Its answer is gone, and its bytes if no other photo shows them"),),
        (Code.PART_OF_BATCH,),
        details="Of a photo that was sent to `/v1/classify`; the others are deleted with their batch.",
    ),
    Operation(
        "PUT",
        f"{PHOTO}/label",
        Scope.REVIEW,
        photos.label,
        "Say what a photo shows",
        (Response(200, "The label", Label),),
        (Code.UNKNOWN_SPECIES, Code.MISSING_OBJECT),
        details="Kept beside the prediction, in exports too; never changes it. All that was said is kept.",
    ),
)
