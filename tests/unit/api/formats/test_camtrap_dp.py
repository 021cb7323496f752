"""Camtrap DP 1.0.2, validated by frictionless with the standard's tables: types, constraints, keys."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import pytest
from frictionless import Package

from api.http.export.camtrap_dp import CamtrapDpExport
from api.http.schemas.exports import ExportFormat, License
from shared.final_name import FinalName, NamedBy, NameRank
from shared.records import Photo
from tests.unit.api.formats.batch import HOSTILE, a_batch, about, labelled, mallard, packaged, sighting

TABLES = json.loads((Path(__file__).parent / "camtrap_dp_tables.json").read_text())


def validated(files: dict[str, bytes], folder: Path) -> list[str]:
    """What is wrong with it."""
    description = json.loads(files["datapackage.json"])
    for resource in description["resources"]:
        wanted = (
            f"https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/{resource['name']}-table-schema.json"
        )
        assert resource["schema"] == wanted
        resource["schema"] = TABLES[resource["name"]]
    del description["profile"]  # is fetched; what it asks for is asked below
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "datapackage.json").write_text(json.dumps(description))
    report = Package(str(folder / "datapackage.json")).validate()
    return [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors] + [
        error.message for error in report.errors
    ]


def rows(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{table}.csv"].decode(), newline="")))


def camtrap(photos: list[Photo]) -> dict[str, bytes]:
    return packaged(ExportFormat.CAMTRAP_DP, photos)[1]


@pytest.mark.parametrize("photos", [a_batch(), []], ids=["all", "none"])
def test_frictionless_has_nothing_against_it(photos: list[Photo], tmp_path: Path) -> None:
    assert validated(camtrap(photos), tmp_path) == []


def test_a_licence_is_of_data_and_media(tmp_path: Path) -> None:
    files = packaged(ExportFormat.CAMTRAP_DP, a_batch(), license=License.CC0)[1]
    licenses = json.loads(files["datapackage.json"])["licenses"]
    assert licenses == [{"name": "CC0-1.0", "scope": scope} for scope in ("data", "media")]
    assert validated(files, tmp_path) == []


def test_and_would_have_something_against_a_wrong_one(tmp_path: Path) -> None:
    files = camtrap(a_batch())
    files["media.csv"] = files["media.csv"].replace(b"image/jpeg", b"text/plain")
    assert any("pattern" in fault for fault in validated(files, tmp_path))


def test_the_description_has_what_the_profile_asks_for() -> None:
    package = json.loads(camtrap(a_batch())["datapackage.json"])
    assert package["profile"] == (
        "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/camtrap-dp-profile.json"
    )
    assert package["contributors"] == [{"title": "ada", "role": "contact"}]
    assert package["project"].keys() == {
        "title", "samplingDesign", "captureMethod", "individualAnimals", "observationLevel"
    }  # fmt: skip
    assert package["temporal"] == {"start": "2026-05-01", "end": "2026-05-01"}
    assert package["spatial"]["coordinates"][0][0] == [-70.25, -33.5]
    taxa = {one["scientificName"]: one for one in package["taxonomic"]}
    assert taxa["Ardea cinerea"] == {
        "scientificName": "Ardea cinerea", "taxonRank": "species", "vernacularNames": {"eng": "Grey Heron"}
    }  # fmt: skip
    assert taxa["Anas"] == {"scientificName": "Anas", "taxonRank": "genus"}
    assert "Aves" in taxa
    observed = {row["scientificName"] for row in rows(camtrap(a_batch()), "observations")} - {""}
    assert observed == taxa.keys()


def test_a_persons_word_stands_and_the_models_is_in_the_tags() -> None:
    observed = {row["observationID"]: row for row in rows(camtrap(a_batch()), "observations")}
    photos = a_batch()
    person, model, no_bird = (observed[str(photos[place].id)] for place in (2, 0, 3))
    assert (person["classificationMethod"], person["scientificName"]) == ("human", "Ardea cinerea")
    assert "machine:Anas platyrhynchos" in person["observationTags"].split(" | ")
    assert (model["classifiedBy"], model["classificationProbability"]) == ("student@3", "0.91")
    assert [model[side] for side in ("bboxX", "bboxY", "bboxWidth", "bboxHeight")] == [
        "0.25", "0.5", "0.2", "0.3"
    ]  # fmt: skip
    assert (no_bird["observationType"], no_bird["scientificName"], no_bird["bboxX"]) == ("blank", "", "")
    kinds = [observed[str(photos[place].id)]["observationType"] for place in (4, 5, 6, 9)]
    assert kinds == ["blank", "unknown", "animal", "unclassified"]
    levels = Counter(row["observationLevel"] for row in observed.values())
    assert levels["media"] == levels["event"] + 3  # the burst's four are one event


def test_times_keep_their_offset_and_deployments_span_their_photos() -> None:
    files = camtrap(a_batch())
    assert rows(files, "media")[0]["timestamp"] == "2026-05-01T00:30:00-06:00"
    (deployment,) = (one for one in rows(files, "deployments") if not one["locationName"])
    assert (deployment["deploymentStart"], deployment["deploymentEnd"]) == (
        "2026-05-01T00:30:00-04:00",  # where no offset was recorded it is the zone's
        "2026-05-01T00:30:19-06:00",
    )


def test_every_name_can_be_told_from_its_path() -> None:
    paths = {unquote(row["filePath"]) for row in rows(camtrap(a_batch()), "media")}
    assert {name.replace("\\", "/") for name in HOSTILE} <= paths


def test_what_it_could_not_tell_of_is_counted_and_the_rest_is_there() -> None:
    photos = a_batch()
    package, files = packaged(ExportFormat.CAMTRAP_DP, photos)
    assert package.left_out == {
        "refused": 1, "left-out": 1, "no-place": 2, "no-time": 1
    }  # fmt: skip
    assert len(rows(files, "media")) == len(photos) - 3
    assert "photos without a place (no-place)" in files["README.txt"].decode()


def test_there_is_an_end_to_the_places_that_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.export.camtrap_dp.MAX_PLACES", 2)
    photos = [mallard(seq, latitude=float(seq)) for seq in range(1, 5)]
    package, files = packaged(ExportFormat.CAMTRAP_DP, photos)
    assert package.left_out["too-many-places"] == 2
    assert len(rows(files, "media")) == len(rows(files, "deployments")) == 2


def test_the_day_of_its_first_photo_is_where_that_was() -> None:
    evening = replace(mallard(1), taken_local=datetime(2026, 4, 30, 23, 59))
    survey = CamtrapDpExport()
    survey.survey([evening])
    description = dict(survey.package(about([evening])).files)["datapackage.json"]
    assert callable(description)
    assert json.loads(description())["temporal"]["start"] == "2026-04-30"


def test_a_sighting_is_one_event_of_all_its_frames(tmp_path: Path) -> None:
    id = UUID(int=5)
    frames = [
        mallard(seq, sighting_id=id, taken_local=datetime(2026, 5, 1, 0, 30, seq), label_count=count)
        for seq, count in ((5, None), (6, 3), (7, 2))
    ]
    frames[1] = labelled(frames[1], "Grey Heron", "Ardea cinerea", NameRank.SPECIES)
    lost = mallard(8, sighting_id=id, latitude=None, longitude=None)
    said = FinalName("Grey Heron", "Ardea cinerea", NameRank.SPECIES, NamedBy.PERSON, None)
    _, files = packaged(
        ExportFormat.CAMTRAP_DP, [*frames, lost, mallard(9)], [sighting([*frames, lost], said)]
    )
    assert validated(files, tmp_path) == []
    observed = rows(files, "observations")
    assert Counter((row["eventID"], row["observationLevel"]) for row in observed) == {
        (str(id), "media"): 3,
        (str(id), "event"): 1,
        (str(UUID(int=9)), "media"): 1,
        (str(UUID(int=9)), "event"): 1,
    }
    (event,) = (row for row in observed if row["observationID"] == f"{id}-event")
    assert (event["scientificName"], event["count"], event["classificationMethod"]) == (
        "Ardea cinerea",
        "3",
        "human",
    )
    assert (event["eventStart"], event["eventEnd"]) == (
        "2026-05-01T00:30:05-06:00",
        "2026-05-01T00:30:07-06:00",
    )
    assert event["mediaID"] == ""


def test_a_sighting_that_nobody_looked_at_is_the_models() -> None:
    frames = [mallard(seq, sighting_id=UUID(int=5)) for seq in (5, 6)]
    genus = FinalName("Anas", "Anas", NameRank.GENUS, NamedBy.MODEL, 0.8)
    _, files = packaged(ExportFormat.CAMTRAP_DP, frames, [sighting(frames, genus)])
    (event,) = (row for row in rows(files, "observations") if row["observationLevel"] == "event")
    assert (event["scientificName"], event["classifiedBy"], event["classificationProbability"]) == (
        "Anas", "student@3", "0.8"
    )  # fmt: skip


def test_where_no_frame_can_be_told_there_is_no_event() -> None:
    lost = mallard(5, sighting_id=UUID(int=5), taken_local=None, taken_at=None)
    said = FinalName("Mallard", None, NameRank.SPECIES, NamedBy.MODEL, 0.8)
    _, files = packaged(ExportFormat.CAMTRAP_DP, [lost], [sighting([lost], said)])
    assert rows(files, "observations") == []
