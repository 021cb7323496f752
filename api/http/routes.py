"""Every call of the interface: the routes and the OpenAPI document are made from this table."""

from api.http.handlers import (
    batches,
    catalogue,
    classify,
    events,
    exports,
    limits,
    photos,
    photos_in,
    refused,
    results,
    uploads,
)
from api.http.operations import BYTES, FORM, Operation, RawBody, Response
from api.http.operator_routes import BATCH, OPERATORS, SERVICE, SHARES
from api.http.schemas.batches import BatchDocument, BatchPage
from api.http.schemas.catalogue import ModelList, SpeciesList
from api.http.schemas.limits import Limits
from api.http.schemas.photos import CompletionReceipt, Label, UploadPlaces, UploadReceipt
from api.http.schemas.refused import RefusedPage
from api.http.schemas.results import DetailedResult, Result, ResultPage
from shared.errors import Code
from shared.records import Scope

_PHOTO = "/v1/photos/{photo_id}"
_FULL = (Code.BATCH_CLOSED, Code.BACKLOG_FULL)
_LOCATION = ("Location", "Where it is")
_NEW = ("ETag", "Of the bytes; send it as `If-None-Match`")

_BATCHES = (
    Operation(
        "POST",
        "/v1/batches",
        Scope.UPLOAD,
        batches.create,
        "Open a batch",
        (Response(201, "The new batch", BatchDocument, headers=(_LOCATION,)),),
    ),
    Operation(
        "GET",
        "/v1/batches",
        Scope.READ,
        batches.listing,
        "List batches",
        (Response(200, "Newest first", BatchPage),),
    ),
    Operation(
        "GET",
        BATCH,
        Scope.READ,
        batches.read,
        "How a batch stands",
        (Response(200, "The batch", BatchDocument),),
    ),
    Operation(
        "POST",
        f"{BATCH}/close",
        Scope.UPLOAD,
        batches.close,
        "Close a batch",
        (Response(200, "The batch", BatchDocument),),
        details="It takes no more photos, and is finished once all are answered. Uploads that were announced"
        " and not completed are given up. Closing twice is harmless.",
    ),
    Operation(
        "POST",
        f"{BATCH}/retry",
        Scope.UPLOAD,
        batches.retry,
        "Try failed photos again",
        (Response(200, "The batch", BatchDocument),),
        details="Photos whose failure may pass are queued again and come with a new `seq`.",
    ),
    Operation(
        "DELETE",
        BATCH,
        Scope.UPLOAD,
        batches.delete,
        "Delete a batch",
        (Response(204, "Nobody finds it any more"),),
        details="Its answers go, and the bytes of photos that no other batch shows: at once of a small batch,"
        " in some minutes of one of a million photos.",
    ),
)

_PHOTOS_IN = (
    Operation(
        "POST",
        f"{BATCH}/photos",
        Scope.UPLOAD,
        photos_in.upload,
        "Send photos and zip archives",
        (Response(202, "What became of each file", UploadReceipt),),
        (*_FULL, Code.INVALID_REQUEST, Code.TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE),
        RawBody((FORM,), "Any number of files, under any field name", many=True),
        "Files are accepted or rejected one by one, as they come: when the request breaks off, those that"
        " were complete stay accepted. Send the same files again to go on; what is there is a `duplicate`."
        " Photos keep the path that they are sent under; those in an archive have their path in it, below the"
        " archive's name without .zip. Litter in an archive, thumbnails say, and what is no photo, is told as"
        " left out. An archive in an archive is unpacked, too."
        " A problem with a whole archive is reported under the archive's name.",
    ),
    Operation(
        "POST",
        f"{BATCH}/uploads",
        Scope.UPLOAD,
        uploads.announce,
        "Announce uploads to object storage",
        (Response(201, "Where each file goes", UploadPlaces),),
        _FULL,
        details="Each file is sent with the method, to the URL and with the headers of the answer, and then"
        " completed. Ask again for a new URL. Files that can't be accepted are listed in `rejected`.",
    ),
    Operation(
        "POST",
        f"{BATCH}/uploads/complete",
        Scope.UPLOAD,
        uploads.complete,
        "Complete uploads",
        (Response(202, "What became of each", CompletionReceipt),),
        _FULL,
        details="A photo that is not there yet is rejected as `missing-object`, one of another size than"
        " announced as `checksum-mismatch`: upload it again and complete it again.",
    ),
)

_REFUSED = (
    Operation(
        "GET",
        f"{BATCH}/refused",
        Scope.READ,
        refused.listing,
        "List refused files",
        (Response(200, "In the order of time", RefusedPage),),
        details="Every file that was given and became no photo, with the reason: refused on its way in, alone"
        " or in an archive, announced and never uploaded, or not sent by a client that said so. A name stands"
        " here once; a file that is accepted under it takes it away.",
    ),
    Operation(
        "POST",
        f"{BATCH}/refused",
        Scope.UPLOAD,
        refused.tell,
        "Tell of files that are not sent",
        (Response(200, "The batch", BatchDocument),),
        details="So that every file that a person gave is accounted for: what a client leaves out"
        " (`left-out`) or can't read (`unreadable`) is listed and exported like what is refused here."
        " A closed batch takes it too.",
    ),
)

_ANSWERS_OUT = (
    Operation(
        "GET",
        f"{BATCH}/results",
        Scope.READ,
        results.read,
        "Read answers",
        (Response(200, "A page of the feed", ResultPage),),
        details="`last_seq` and `state` are the batch's. Go on with the `seq` of the last result as `after`."
        " With `wait`, returns as soon as there is an answer, or when the batch is finished.",
    ),
    Operation(
        "GET",
        f"{BATCH}/events",
        Scope.READ,
        events.watch,
        "Follow a batch by websocket",
        (Response(101, "JSON messages: `ResultMessage`, `ProgressMessage`, `FinishedMessage`"),),
        details="A browser names the subprotocols `birds.v1` and `key.<key>`. Closed with 1000 when the batch"
        " is finished, 1001 when this server stops, 1013 when the client does not keep up or the server can't"
        " go on (come back with `after`), 4404 when the batch was deleted, 4401 when the key was revoked.",
    ),
    Operation(
        "GET",
        f"{BATCH}/export",
        Scope.READ,
        exports.download,
        "Download all answers",
        (
            Response(
                200,
                "The file, streamed",
                media_types=("text/csv", "application/x-ndjson", "application/vnd.apache.parquet"),
            ),
        ),
    ),
    Operation(
        "POST",
        "/v1/classify",
        Scope.UPLOAD,
        classify.classify,
        "Classify one photo",
        (
            Response(200, "The result", Result),
            Response(
                202, "Not answered within `wait`", Result, headers=(("Location", "Where the result will be"),)
            ),
        ),
        (
            Code.BACKLOG_FULL,
            Code.INVALID_REQUEST,
            Code.TOO_LARGE,
            Code.UNSUPPORTED_TYPE,
            Code.UNSUPPORTED_MEDIA_TYPE,
            Code.EMPTY_FILE,
            Code.CORRUPT_IMAGE,
            Code.TRUNCATED_IMAGE,
            Code.TOO_MANY_PIXELS,
        ),
        RawBody((BYTES, "image/*", FORM), "The photo, or a form with it"),
        "A photo that is refused at once is a problem; one that fails later is a result with `state` failed.",
    ),
)

_PHOTOS = (
    Operation(
        "GET", _PHOTO, Scope.READ, photos.read, "One result", (Response(200, "The result", DetailedResult),)
    ),
    Operation(
        "GET",
        f"{_PHOTO}/image",
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
        f"{_PHOTO}/thumbnail",
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
        _PHOTO,
        Scope.UPLOAD,
        photos.delete,
        "Delete a single classification",
        (Response(204, "Its answer is gone, and its bytes if no other photo shows them"),),
        (Code.PART_OF_BATCH,),
        details="Of a photo that was sent to `/v1/classify`; the others are deleted with their batch.",
    ),
    Operation(
        "PUT",
        f"{_PHOTO}/label",
        Scope.REVIEW,
        photos.label,
        "Correct the species",
        (Response(200, "The correction", Label),),
        (Code.UNKNOWN_SPECIES, Code.NO_MODEL),
        details="Kept beside the prediction, in exports too; never changes it.",
    ),
)

_CATALOGUE = (
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

OPERATIONS: tuple[Operation, ...] = (
    *_BATCHES,
    *_PHOTOS_IN,
    *_REFUSED,
    *_ANSWERS_OUT,
    *_PHOTOS,
    *_CATALOGUE,
    *SHARES,
    *OPERATORS,
    *SERVICE,
)
