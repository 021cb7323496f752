"""Another tool's results beside a batch's; what Birds wrote as MegaDetector's comes back as it was."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.cli.handover.import_results import OTHER, SAME, UNKNOWN, labels_of, paired
from api.cli.handover.results_file import ToolsWord, read_results
from api.cli.handover.tag_match import KnownAnswers
from api.cli.running import CouldNotRunError
from api.http.schemas.exports import ExportFormat
from shared.final_name import NameRank
from shared.records import Photo
from tests.unit.api.formats.batch import HOSTILE, a_batch, labelled, mallard, named, streamed


def with_names(photos: list[Photo]) -> list[Photo]:
    """Each under a name of its own, the hostile ones among them."""
    names = [f"{number}.jpg" for number in range(len(photos) - len(HOSTILE))] + list(HOSTILE)
    return [replace(one, name=name) for one, name in zip(photos, names, strict=True)]


def answers_of(photos: list[Photo]) -> KnownAnswers:
    return KnownAnswers.read(streamed(ExportFormat.JSONL, photos).splitlines()[: len(photos)])


def written(document: Any, folder: Path) -> Path:
    path = folder / "results.json"
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return path


def test_what_was_written_comes_back_and_is_what_the_batch_has(tmp_path: Path) -> None:
    photos = with_names(a_batch())
    words = read_results(written(streamed(ExportFormat.MEGADETECTOR, photos), tmp_path))
    verdicts = {pair.word.file: pair.verdict for pair in paired(words, answers_of(photos))}
    assert {name for name, verdict in verdicts.items() if verdict != SAME} == {"9.jpg", "notes.txt"}
    said = {word.file: word.name for word in words}
    assert [said[f"{number}.jpg"] for number in range(4, 9)] == [
        "Not a bird", "Uncertain", "Unknown bird", "Anas", "Anatidae"
    ]  # fmt: skip
    assert verdicts["notes.txt"] == verdicts["9.jpg"] == UNKNOWN  # refused, failed


def test_what_is_not_to_be_expected_stands_behind_what_is(tmp_path: Path) -> None:
    """Where answers were put in another order by their range, the surest comes last."""
    one = mallard(1, name="0.jpg", bird_probability=0.9)
    last, first = one.predictions
    told = replace(
        named(one, "Gadwall", "Mareca strepera", NameRank.SPECIES),
        predictions=[first | {"probability": 0.3, "in_range": True}, last | {"probability": 0.6}],
    )
    document = streamed(ExportFormat.MEGADETECTOR, [told])
    assert read_results(written(document, tmp_path))[0] == ToolsWord("0.jpg", "Gadwall", 0.3)
    [detection] = json.loads(document)["images"][0]["detections"]
    assert [certainty for _, certainty in detection["classifications"]] == [0.3, 0.3]


def test_labels_go_around_and_come_back_the_same(tmp_path: Path) -> None:
    said = [
        ("Mallard", "Anas platyrhynchos"),
        ("Grey Heron", "Ardea cinerea"),
        ("Mallard", "Anas platyrhynchos"),
    ]
    plain = with_names([mallard(seq) for seq in range(1, len(HOSTILE) + 5)])
    told = [labelled(one, *name, NameRank.SPECIES) for one, name in zip(plain, said, strict=False)] + plain[
        len(said) :
    ]
    words = read_results(written(streamed(ExportFormat.MEGADETECTOR, told), tmp_path))
    labels = labels_of(paired(words, answers_of(plain)), 1.0)
    ids = [str(one.id) for one in plain]
    assert labels == {"Mallard": [ids[0], ids[2]], "Grey Heron": [ids[1]]}
    assert labels_of(paired(words, answers_of(told)), 1.0) == {}  # they are there already


def speciesnet(**more: object) -> dict[str, object]:
    lineage = "aves;anseriformes;anatidae;anas;platyrhynchos;mallard"
    return {"filepath": "0.jpg", "prediction": f"id;{lineage}", "prediction_score": 0.9} | more


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (speciesnet(), ToolsWord("0.jpg", "Mallard", 0.9)),
        (speciesnet(prediction="id;aves;;;;;bird"), ToolsWord("0.jpg", "bird", 0.9)),
        (speciesnet(prediction="id;aves;;anatidae;anas;;"), ToolsWord("0.jpg", "Anas", 0.9)),
        (speciesnet(prediction="id;mammalia;;;;;mammal"), ToolsWord("0.jpg", "Not a bird", 0.9)),
        (speciesnet(prediction="id;;;;;;blank"), ToolsWord("0.jpg", "Not a bird", 0.9)),
        (speciesnet(prediction=None), ToolsWord("0.jpg", None, 0.0)),
    ],
)
def test_speciesnet_is_read(one: dict[str, object], word: ToolsWord, tmp_path: Path) -> None:
    assert read_results(written({"predictions": [one]}, tmp_path)) == [word]


def detection(conf: float, *classes: tuple[str, float]) -> dict[str, object]:
    return {
        "category": "1",
        "conf": conf,
        "bbox": [0, 0, 1, 1],
        "classifications": [list(one) for one in classes],
    }


@pytest.mark.parametrize(
    ("detections", "name", "certainty"),
    [
        ([], "Not a bird", 0.0),
        ([detection(0.1, ("0", 0.9))], "Not a bird", 0.0),  # below what the file calls typical
        ([detection(0.9)], "Not a bird", 0.9),
        ([detection(0.6, ("1", 0.9)), detection(0.9, ("1", 0.2), ("0", 0.8))], "Mallard", 0.8),
        ([detection(0.9, ("1", 0.9))], "red fox", 0.9),
        ([detection(0.9, ("2", 0.9))], "Grey Heron", 0.9),
    ],
)
def test_megadetectors_surest_detection_counts(
    detections: list[object], name: str, certainty: float, tmp_path: Path
) -> None:
    document = {
        "info": {"format_version": "1.6", "detector_metadata": {"typical_detection_threshold": 0.3}},
        "classification_categories": {"0": "MALLARD", "1": "red fox", "2": "reiher"},
        "classification_category_descriptions": {"2": "animalia;chordata;aves;;;ardea cinerea"},
        "images": [{"file": "a.jpg", "detections": detections}],
    }
    assert read_results(written(document, tmp_path)) == [ToolsWord("a.jpg", name, certainty)]


def test_a_name_is_compared_by_what_it_means() -> None:
    photos = [replace(mallard(1), name="card/0.jpg"), replace(mallard(2), name="card/1.jpg")]
    words = [ToolsWord("0.jpg", "anas platyrhynchos", 0.5), ToolsWord("card\\1.jpg", "Gadwall", 1.0)]
    pairs = list(paired(words, answers_of(photos)))
    assert [pair.verdict for pair in pairs] == [SAME, OTHER]
    assert labels_of(pairs, 1.0) == {"Gadwall": [str(photos[1].id)]}


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"images": 3}', b'{"info": {}, "images": [{}]}', b"\xff"]
)
def test_what_is_something_else_is_said(document: bytes, tmp_path: Path) -> None:
    with pytest.raises(CouldNotRunError, match="no results"):
        read_results(written(document, tmp_path))
