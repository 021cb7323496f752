"""What the page says about codes is complete, and agrees with the server."""

import re
from pathlib import Path

import pytest

from api.http.schemas import (
    audits,
    batches,
    catalogue,
    check,
    comparison,
    keys,
    labels,
    overview,
    photos,
    places,
    problem,
    refused,
    results,
    shadow,
    sightings,
    sites,
    taxa,
)
from api.http.schemas.base import Document
from shared.errors import RETRYABLE_CODES
from shared.final_name import NOT_A_BIRD

STATIC = Path(__file__).parents[3] / "api" / "static"
WORDS = (STATIC / "js" / "words.js").read_text()
DOCUMENTS = "\n".join(
    path.read_text()
    for path in [STATIC / "js" / "documents.d.ts", *sorted((STATIC / "js" / "documents").glob("*.d.ts"))]
)
# What the page calls each document of the server's that it reads.
READ: dict[str, type[Document]] = {
    "CountsDocument": batches.CountsDocument,
    "BatchDocument": batches.BatchDocument,
    "BatchPage": batches.BatchPage,
    "PredictionDocument": results.JudgedPredictionDocument,
    "BoxDocument": results.BoxDocument,
    "FinalNameDocument": results.FinalNameDocument,
    "PlaceAndTimeDocument": places.PlaceAndTimeDocument,
    "Reason": results.Reason,
    "Result": results.DetailedResult,
    "AnsweredResult": results.Result,
    "LabelMessage": labels.LabelMessage,
    "ResultMessage": results.ResultMessage,
    "ProgressMessage": results.ProgressMessage,
    "FinishedMessage": results.FinishedMessage,
    "Species": catalogue.Species,
    "AcceptedFile": photos.AcceptedFile,
    "RejectedFile": photos.RejectedFile,
    "RefusedDocument": refused.RefusedDocument,
    "RefusedPage": refused.RefusedPage,
    "UploadReceipt": photos.UploadReceipt,
    "UploadPlace": photos.UploadPlace,
    "StoredPlace": photos.UploadPlace,
    "UploadPlaces": photos.UploadPlaces,
    "Problem": problem.Problem,
    "ShownPhoto": overview.ShownPhoto,
    "NameInBatchDocument": overview.NameInBatchDocument,
    "BatchSummary": overview.BatchSummary,
    "LifeListEntryDocument": overview.LifeListEntryDocument,
    "LifeList": overview.LifeList,
    "FoundBatch": overview.FoundBatch,
    "FoundName": overview.FoundName,
    "FoundFile": overview.FoundFile,
    "SearchResult": overview.SearchResult,
    "SpeciesList": catalogue.SpeciesList,
    "EngineDocument": catalogue.EngineDocument,
    "ModelDocument": catalogue.ModelDocument,
    "ModelList": catalogue.ModelList,
    "ShadowDocument": shadow.ShadowDocument,
    "SaidDocument": comparison.SaidDocument,
    "DifferenceDocument": comparison.DifferenceDocument,
    "Accuracy": comparison.Accuracy,
    "ComparisonDocument": comparison.ComparisonDocument,
    "KeyDocument": keys.KeyDocument,
    "MadeKey": keys.MadeKey,
    "FrameDocument": sightings.FrameDocument,
    "SightingDocument": sightings.SightingDocument,
    "CheckItem": check.CheckItem,
    "SightingsState": sightings.SightingsState,
    "CheckQueue": check.CheckQueue,
    "PrecisionDocument": audits.PrecisionDocument,
    "AuditedPhoto": audits.AuditedPhoto,
    "LeftToLookAt": audits.LeftToLookAt,
    "AuditDocument": audits.AuditDocument,
    "SiteDocument": sites.SiteDocument,
    "SiteList": sites.SiteList,
    "ClockDocument": sites.ClockDocument,
    "ClockReport": sites.ClockReport,
    "PhotoPage": labels.PhotoPage,
    "LabelReceipt": labels.LabelReceipt,
    "TaxonDocument": taxa.TaxonDocument,
    "TaxonList": taxa.TaxonList,
}


def test_the_page_offers_a_retry_for_just_what_the_server_queues_again() -> None:
    [listed] = re.findall(r"PASSING = new Set\(\[(.*?)\]\)", WORDS, re.DOTALL)
    assert set(re.findall(r'"([a-z-]+)"', listed)) == {str(code) for code in RETRYABLE_CODES}


def test_nothing_in_the_page_is_loaded_from_elsewhere() -> None:
    for path in STATIC.rglob("*.*"):
        if "vendor" in path.parts or path.suffix not in (".js", ".css", ".html"):
            continue
        assert not re.findall(r"(?:src|href|import|url)\W{1,3}https?:", path.read_text()), path


def test_page_and_server_call_what_is_no_bird_the_same() -> None:
    assert f'NOT_A_BIRD = "{NOT_A_BIRD}"' in (STATIC / "js" / "trip" / "results.js").read_text()


def interfaces() -> dict[str, set[str]]:
    """Members by interface, as documents.d.ts declares them."""
    found = re.findall(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", DOCUMENTS, re.MULTILINE | re.DOTALL)
    return {name: set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE)) for name, body in found}


def test_the_page_has_types_for_documents_that_there_are() -> None:
    assert interfaces().keys() == READ.keys()


@pytest.mark.parametrize("name", READ)
def test_the_page_reads_members_that_the_server_gives(name: str) -> None:
    members = interfaces()[name]
    assert members
    assert members <= READ[name].model_fields.keys()
