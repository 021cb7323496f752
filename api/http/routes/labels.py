"""The calls about what people say of photos, and about what photos can be called."""

from api.http.handlers import labels, photos, taxa
from api.http.operations import Operation, Response
from api.http.routes.paths import BATCH, PHOTO
from api.http.schemas.labels import LabelHistory, LabelReceipt, PhotoPage
from api.http.schemas.taxa import TaxonList
from shared.errors import Code
from shared.records import Scope

LABELS = (
    Operation(
        "GET",
        "/v1/taxa",
        Scope.READ,
        taxa.search,
        "Find what a photo can be called",
        (Response(200, "The best first", TaxonList),),
        details="All species of the world list, their genera, families and orders; `Unknown bird`, `Not a"
        " bird`. Exact names and codes come first, then names that begin so, then names with words that"
        " begin so; where nothing is written so, names that are like it. Of those that are met equally well,"
        " what the active model knows comes first. Case, accents, hyphens and apostrophes do not matter.",
    ),
    Operation(
        "GET",
        f"{BATCH}/photos",
        Scope.READ,
        photos.listing,
        "List answered photos that are like this",
        (Response(200, "In the order of `seq`", PhotoPage),),
        details="`reviewed=false` is what nobody has had a word on. A photo that is answered anew while pages"
        " are read may be in a later one again; none is missed.",
    ),
    Operation(
        "POST",
        f"{BATCH}/labels",
        Scope.REVIEW,
        labels.create,
        "Label many photos",
        (Response(200, "How far the act has come", LabelReceipt),),
        (Code.INVALID_REQUEST, Code.UNKNOWN_SPECIES, Code.ANOTHERS_ACT),
        details="Photos are given by ID or by the query of `GET /v1/batches/{batch_id}/photos`, which means"
        " those that are answered by now. They are labelled in portions of some thousand: all of one or"
        " none, each in the feed at once; between them answers and other people have their turn. A request"
        " works 20 s; where the receipt is not `complete`, or was lost, the same request with the same"
        " `act_id` goes on where the act was. What was labelled stays labelled until the act is undone.",
    ),
    Operation(
        "POST",
        f"{BATCH}/labels/undo",
        Scope.REVIEW,
        labels.undo,
        "Take an act back",
        (Response(200, "How far that has come", LabelReceipt),),
        details="Each photo of the act has again what stood before, an earlier person's word or none; photos"
        " that somebody has labelled since are left alone. It is an act itself, and can be undone. It comes"
        " in portions, as labels do: where it is not `complete`, ask again with the act that it `undoes`.",
    ),
    Operation(
        "GET",
        f"{PHOTO}/labels",
        Scope.READ,
        labels.history,
        "All that was said of a photo",
        (Response(200, "In the order of time", LabelHistory),),
    ),
)
