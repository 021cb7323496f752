"""Requests are taken strictly; answers look as the contract says."""

import json

import pytest
from pydantic import BaseModel, ValidationError

from api.http.schemas.batches import NewBatch
from api.http.schemas.labels import NewLabel
from api.http.schemas.photos import Announcement, CompletedUploads
from api.http.schemas.results import Result, ResultMessage, ResultsQuery
from api.http.schemas.scoring import NewScoring
from tests.unit.api.test_exports import FAILED, photo

CONTRACT = [
    "seq", "photo_id", "name", "state", "predictions", "bird_probability", "width", "height", "taken_at",
    "model", "error", "finished_at", "box", "taken_local", "taken_offset_minutes", "taken_from", "companions",
    "final", "sha256", "range", "sighting_id", "client_id", "metadata",
]  # fmt: skip
SHA256 = "0" * 64


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (NewBatch, {"nmae": "a"}),
        (NewBatch, {"top_k": "5"}),
        (NewBatch, {"top_k": 0}),
        (NewBatch, {"lane": "fast"}),
        (NewBatch, {"name": "a\u0000b"}),
        (NewBatch, {"name": 201 * "x"}),
        (NewBatch, {"scoring": {"threshold": 1.1}}),
        (NewScoring, {"temperature": 0}),
        (NewScoring, {"threshold": "0.5"}),
        (NewScoring, {"thresholds": {"Mallard": -0.1}}),
        (NewScoring, {"thresholds": {str(number): 0.5 for number in range(1001)}}),
        (Announcement, {"files": []}),
        (Announcement, {"files": [{"name": "a", "size": -1, "sha256": SHA256}]}),
        (Announcement, {"files": [{"name": "a", "size": 1, "sha256": SHA256.replace("0", "G")}]}),
        (Announcement, {"files": [{"name": "a", "size": 1, "sha256": SHA256, "content_type": "a\r\nb"}]}),
        (CompletedUploads, {"photo_ids": ["x"]}),
        (NewLabel, {}),
    ],
)
def test_a_body_that_is_not_as_described_is_refused(kind: type[BaseModel], body: object) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate_json(json.dumps(body))


def test_bodies_as_described_are_taken() -> None:
    assert NewBatch.model_validate_json("{}").lane == "bulk"
    assert NewBatch.model_validate_json('{"name": null, "lane": "interactive", "top_k": 20}').top_k == 20
    assert NewBatch.model_validate_json('{"top_k": 17.0}').top_k == 17
    assert NewLabel.model_validate_json('{"species": null}').species is None


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"wait": "61"}, {"wait": "nan"}, {"afer": "1"}]
)
def test_a_query_beyond_its_limits_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ResultsQuery.model_validate(query)


def test_a_result_is_as_the_contract_says() -> None:
    result = json.loads(Result.of(photo()).model_dump_json())
    assert list(result) == CONTRACT
    assert result["predictions"][0] == {
        "species": "Great Blue Heron",
        "scientific_name": "Ardea herodias",
        "probability": 0.91,
    }
    assert result["box"] == {"x": 0.25, "y": 0.5, "width": 0.2, "height": 0.3}
    assert (result["taken_at"], result["bird_probability"], result["error"]) == (
        "2026-05-01T06:30:00Z",
        0.99,
        None,
    )


def test_a_judged_result_says_so_and_any_other_does_not() -> None:
    heron, grey = photo().predictions
    by = {"source": "GBIF", "place": "CL", "month": 5, "basis": "records", "attribution": "GBIF.org"}
    predictions = [
        {**heron, "in_range": False, "accepted": False},
        {**grey, "in_range": None, "accepted": False},
    ]
    judged = json.loads(Result.of(photo(predictions=predictions, range=by)).model_dump_json())
    assert (judged["predictions"], judged["range"]) == (predictions, by)
    assert json.loads(Result.of(photo()).model_dump_json())["range"] is None


def test_local_time_stays_as_it_was_taken() -> None:
    result = json.loads(Result.of(photo()).model_dump_json())
    assert (result["taken_local"], result["taken_offset_minutes"]) == ("2026-05-01T00:30:00", -360)
    alone = json.loads(Result.of(photo(taken_at=None, taken_offset_minutes=None)).model_dump_json())
    assert (alone["taken_at"], alone["taken_local"]) == (None, "2026-05-01T00:30:00")


def test_a_failure_has_an_error_and_no_predictions() -> None:
    result = json.loads(Result.of(FAILED).model_dump_json())
    assert (result["predictions"], result["box"]) == ([], None)
    assert result["error"] == {"code": "corrupt-image", "detail": "x"}


def test_a_message_is_a_result_with_its_type() -> None:
    message = json.loads(ResultMessage.of(photo()).model_dump_json())
    assert message.pop("type") == "result"
    assert message == json.loads(Result.of(photo()).model_dump_json())
