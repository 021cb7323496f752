"""The calls that bring photos in, and tell of files that are none."""

from api.http.handlers import classify, photos_in, refused, uploads
from api.http.operations import BYTES, FORM, Operation, RawBody, Response
from api.http.routes.paths import BATCH
from api.http.schemas.batches import BatchDocument
from api.http.schemas.photos import CompletionReceipt, UploadPlaces, UploadReceipt
from api.http.schemas.refused import RefusedPage
from api.http.schemas.results import Result
from shared.errors import Code
from shared.records import Scope

_FULL = (Code.BATCH_CLOSED, Code.BACKLOG_FULL)

PHOTOS_IN = (
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
        " Fields `client_id` and `metadata` (a JSON object of texts) are said of the file that comes next."
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
        details="Each file is sent with the method, to the URL and with the headers of the answer, as long as"
        " it was announced, and then completed. Ask again for a new URL. Files that can't be accepted are"
        " listed in `rejected`.",
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
        "In a form, fields `client_id` and `metadata` may stand before it. A photo that is"
        " refused at once is a problem; one that fails later is a result with `state` failed.",
    ),
)

REFUSED = (
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
