"""Exports: the contract's columns, safe in a spreadsheet, typed where the format has types."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pyarrow import parquet

from api.http.export.columns import columns
from api.http.export.csv_format import CsvExport, cell
from api.http.export.formats import Export
from api.http.export.jsonl_format import JsonLinesExport
from api.http.export.label_studio import LabelStudioExport
from api.http.export.parquet_format import ParquetExport
from api.http.schemas.places import PlaceAndTimeDocument
from api.http.schemas.results import Result
from shared.final_name import FinalName, NamedBy, NameRank
from shared.photo.box import Box
from shared.records import BatchId, Blob, BlobId, Photo, PhotoId, PhotoState, RefusedFile

CONTRACT = [
    "seq", "photo_id", "name", "state", "species", "scientific_name", "probability", "bird_probability",
    "corrected_species", "taken_at", "latitude", "longitude", "width", "height", "model",
    "error", "finished_at",
]  # fmt: skip
LAST = [
    "taken_local", "taken_offset_minutes", "taken_from", "companions", "final_name", "final_scientific_name",
    "final_rank", "final_by", "final_probability",
]  # fmt: skip
EFFECTIVE = [
    "effective_latitude", "effective_longitude", "place_from", "site", "country", "zone", "effective_local",
    "effective_offset_minutes", "effective_utc", "offset_from", "in_range",
    "range_source",
]  # fmt: skip
LABEL = ["reviewed", "label_by", "label_at", "label_note", "label_count"]
BOX = ["box_x", "box_y", "box_width", "box_height"]
WORDS = ["client_id", "metadata"]
MOMENT = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)


def photo(seq: int = 1, **changed: object) -> Photo:
    known: dict[str, object] = {
        "id": PhotoId(UUID(int=seq)),
        "batch_id": BatchId(UUID(int=99)),
        "blob": Blob(BlobId(UUID(int=98)), b"", 1, True),
        "name": "trip/IMG.JPG",
        "state": PhotoState.DONE,
        "seq": seq,
        "predictions": [
            {"species": "Great Blue Heron", "scientific_name": "Ardea herodias", "probability": 0.91},
            {"species": "Grey Heron", "scientific_name": None, "probability": 0.05},
        ],
        "bird_probability": 0.9900000095367432,  # as single precision comes back
        "box": Box(0.25, 0.5, 0.2, 0.3),
        "width": 4032,
        "height": 3024,
        "taken_at": MOMENT,
        "taken_local": MOMENT.replace(tzinfo=None) - timedelta(hours=6),
        "taken_offset_minutes": -360,
        "taken_from": "DateTimeOriginal",
        "latitude": -33.5,
        "longitude": -70.25,
        "model": "student@3",
        "error_code": None,
        "error_detail": None,
        "finished_at": MOMENT,
        "corrected_species": None,
        "companions": [],
        "gps_at": None,
        "camera": "Canon EOS R5",
        "sites": [],
        "range": None,
        "sighting_id": None,
        "repeats": None,
        "final": FinalName("Great Blue Heron", "Ardea herodias", NameRank.SPECIES, NamedBy.MODEL, 0.91),
    }
    return Photo(**(known | changed))  # type: ignore[arg-type]


FAILED = photo(
    2,
    state=PhotoState.FAILED,
    predictions=[],
    final=None,
    bird_probability=None,
    box=None,
    error_code="corrupt-image",
    error_detail="x",
)


LABELLED = {
    "corrected_species": "Grey Heron",
    "corrected_at": MOMENT,
    "label_by": "Ann",
    "label_note": "=1",
    "label_count": 3,
}
REFUSED = RefusedFile(UUID(int=3), "=trip/notes.txt", "unsupported-type", "It is no photo.", MOMENT)


def exported(export: Export, *files: Photo | RefusedFile) -> bytes:
    pages = (export.page([one]) if isinstance(one, Photo) else export.refused([one]) for one in files)
    return export.begin() + b"".join(pages) + export.end()


def table(top_k: int, *photos: Photo | RefusedFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported(CsvExport(top_k), *photos).decode(), newline="")))


def test_the_columns_are_those_of_the_contract() -> None:
    assert [name for name, _ in columns(1)] == [
        *CONTRACT,
        *LAST,
        *EFFECTIVE,
        *LABEL,
        "sighting_id",
        *BOX,
        *WORDS,
    ]
    assert table(3)[0] == [
        *CONTRACT,
        "species_2",
        "probability_2",
        "species_3",
        "probability_3",
        *LAST,
        *EFFECTIVE,
        *LABEL,
        "sighting_id",
        *BOX,
        *WORDS,
    ]


def test_a_raw_file_beside_a_picture_is_named_in_its_row() -> None:
    pair = photo(companions=["trip/IMG.CR2", "trip/IMG.DNG"])
    head, row, alone = table(2, pair, photo())
    assert dict(zip(head, row, strict=True))["companions"] == "trip/IMG.CR2 | trip/IMG.DNG"
    assert dict(zip(head, alone, strict=True))["companions"] == ""
    assert json.loads(exported(JsonLinesExport(), pair))["companions"] == ["trip/IMG.CR2", "trip/IMG.DNG"]


def test_who_said_what_stands_near_the_end_of_a_row() -> None:
    head, row, alone = table(1, photo(**LABELLED), photo())
    told = ["true", "Ann", "2026-05-01T06:30:00Z", "'=1", "3"]
    assert head[-12:-7] == LABEL
    assert (row[-12:-7], alone[-12:-7]) == (told, ["false", "", "", "", ""])
    rows = parquet.read_table(io.BytesIO(exported(ParquetExport(2), photo(**LABELLED)))).to_pylist()
    assert [rows[0][name] for name in LABEL] == [True, "Ann", MOMENT, "=1", 3]


def test_what_its_client_says_of_a_photo_is_told_back() -> None:
    said = photo(client_id="=cam 3", metadata={"site": "Höhe", "n": "1"})
    head, row, alone = table(1, said, photo())
    assert dict(zip(head[-2:], row[-2:], strict=True)) == {
        "client_id": "'=cam 3",
        "metadata": '{"site": "Höhe", "n": "1"}',
    }
    assert alone[-2:] == ["", ""]
    line, bare = map(json.loads, exported(JsonLinesExport(), said, photo()).splitlines())
    assert (line["client_id"], line["metadata"]) == ("=cam 3", {"site": "Höhe", "n": "1"})
    assert (bare["client_id"], bare["metadata"]) == (None, {})
    tasks = json.loads(exported(LabelStudioExport("{}"), said, photo()))
    assert [task.get("meta") for task in tasks] == [
        {"client_id": "=cam 3", "metadata": {"site": "Höhe", "n": "1"}},
        None,
    ]


def test_a_csv_row_has_every_value_in_its_column() -> None:
    head, row = table(3, photo())
    values = dict(zip(head, row, strict=True))
    assert values["species"] == "Great Blue Heron"
    assert values["probability"] == "0.91"
    assert values["bird_probability"] == "0.99"
    assert (values["latitude"], values["longitude"]) == ("-33.5", "-70.25")
    assert values["taken_at"] == "2026-05-01T06:30:00Z"
    assert [values[name] for name in LAST] == [
        *("2026-05-01T00:30:00", "-360", "DateTimeOriginal", ""),
        *("Great Blue Heron", "Ardea herodias", "species", "model", "0.91"),
    ]
    assert [values[name] for name in EFFECTIVE] == [
        *("-33.5", "-70.25", "photo", "", "CL", "America/Santiago"),
        *("2026-05-01T00:30:00", "-360", "2026-05-01T06:30:00Z", "photo", "", ""),
    ]
    assert [values[name] for name in BOX] == ["0.25", "0.5", "0.2", "0.3"]
    assert (values["species_2"], values["probability_2"], values["species_3"]) == ("Grey Heron", "0.05", "")


def test_a_failure_has_its_code_and_no_species() -> None:
    head, row = table(2, FAILED)
    values = dict(zip(head, row, strict=True))
    assert (values["state"], values["error"], values["species"], values["species_2"]) == (
        "failed",
        "corrupt-image",
        "",
        "",
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("before", ["", "\ufeff", "\u200b", " ", "\xa0\u200b", "\u2028", "\x00"])
def test_a_text_that_would_run_is_quoted(before: str, text: str) -> None:
    """Also behind characters that a spreadsheet passes over."""
    assert cell(before + text) == f"'{before}{text}"


def test_other_cells_are_left_alone() -> None:
    assert [cell(value) for value in ("a=b", " a", "\u200b", "", -1.5, None)] == [
        *("a=b", " a", "\u200b", "", -1.5, None)
    ]
    assert cell(datetime(2026, 5, 1, 8, tzinfo=timezone(timedelta(hours=2)))) == "2026-05-01T06:00:00Z"


def test_a_name_with_commas_quotes_and_formulas_survives() -> None:
    _, row = table(1, photo(name='=a,"b"'))
    assert row[2] == '\'=a,"b"'


def test_jsonl_is_the_feed_with_place_and_correction() -> None:
    lines = exported(JsonLinesExport(), photo(**LABELLED), FAILED).splitlines()
    first, second = map(json.loads, lines)
    extra = {
        **{"latitude": -33.5, "longitude": -70.25, "corrected_species": "Grey Heron"},
        **{"gps_at": None, "camera": "Canon EOS R5"},
        "effective": PlaceAndTimeDocument.of(photo().effective).model_dump(mode="json"),
        **{"reviewed": True, "label_by": "Ann", "label_at": "2026-05-01T06:30:00Z"},
        **{"label_note": "=1", "label_count": 3},
    }
    assert first == Result.of(photo()).model_dump(mode="json") | extra
    assert second["error"] == {"code": "corrupt-image", "detail": "x"}


def test_parquet_has_types_and_row_groups_of_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.export.parquet_format.ROW_GROUP", 2)
    file = parquet.ParquetFile(io.BytesIO(exported(ParquetExport(2), photo(), FAILED, photo())))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 1]
    rows = file.read().to_pylist()
    last = [*LAST, *EFFECTIVE, *LABEL, "sighting_id", *BOX, *WORDS]
    assert list(rows[0]) == [*CONTRACT, "species_2", "probability_2", *last]
    assert rows[0]["taken_local"] == MOMENT.replace(tzinfo=None) - timedelta(hours=6)
    assert (rows[0]["seq"], rows[0]["probability"], rows[0]["taken_at"]) == (1, 0.91, MOMENT)
    assert (rows[1]["error"], rows[1]["species"], rows[1]["probability_2"]) == ("corrupt-image", None, None)


def test_parquet_of_nothing_is_a_file() -> None:
    assert parquet.ParquetFile(io.BytesIO(exported(ParquetExport(5)))).metadata.num_rows == 0


def test_a_refused_file_has_a_row_with_its_name_reason_and_time() -> None:
    head, row = table(2, REFUSED)
    told = {
        "name": "'=trip/notes.txt",
        "state": "refused",
        "error": "unsupported-type",
        "finished_at": "2026-05-01T06:30:00Z",
    }
    assert dict(zip(head, row, strict=True)) == dict.fromkeys(head, "") | told
    rows = parquet.read_table(io.BytesIO(exported(ParquetExport(2), photo(), REFUSED))).to_pylist()
    assert [(one["seq"], one["state"], one["error"]) for one in rows] == [
        (1, "done", None),
        (None, "refused", "unsupported-type"),
    ]


def test_a_refused_file_is_a_line_with_the_members_of_a_result() -> None:
    first, second = map(json.loads, exported(JsonLinesExport(), photo(), REFUSED).splitlines())
    told = {
        "name": "=trip/notes.txt",
        "state": "refused",
        "predictions": [],
        "error": {"code": "unsupported-type", "detail": "It is no photo."},
        "finished_at": "2026-05-01T06:30:00Z",
    }
    assert second == dict.fromkeys(first) | told


@pytest.mark.parametrize(("in_range", "written"), [(True, "true"), (False, "false"), (None, "")])
def test_whether_the_first_bird_is_to_be_expected(in_range: bool | None, written: str) -> None:
    first, *others = photo().predictions
    judged = photo(predictions=[{**first, "in_range": in_range}, *others], range={"source": "GBIF"})
    head, row = table(3, judged)
    assert dict(zip(head, row, strict=True))["in_range"] == written
    read = parquet.read_table(io.BytesIO(exported(ParquetExport(3), judged))).to_pylist()
    assert (read[0]["in_range"], read[0]["range_source"]) == (in_range, "GBIF")
