"""A model of where species occur: latitude, longitude and week to an estimate for each label."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from shared.range.geomodel import GeoModel
from shared.range.source import Basis, RangeSourceBroken
from tests.unit.range.places import CUCKOO, EGRET, HERON, NOWHERE, at

LABELS = (
    "4200\tArdea cinerea\tGrey Heron\n17\tCuculus canorus\tCommon Cuckoo\n9\tSciurus vulgaris\tRed Squirrel\n"
)
# Herons north of the equator, cuckoos late in the year, squirrels everywhere: a sigmoid of each column's sum.
WEIGHTS = np.array([[1, 0, 0], [0, 0, 0], [0, 1, 0]], np.float32)
BIAS = np.array([0, -24, 9], np.float32)


def geomodel(folder: Path, labels: str = LABELS, *, columns: int = 3, name: str = "geo_FP16.onnx") -> Path:
    floats = TensorProto.FLOAT
    made = helper.make_graph(
        [
            helper.make_node("MatMul", ["input", "weights"], ["weighed"]),
            helper.make_node("Add", ["weighed", "bias"], ["sum"]),
            helper.make_node("Sigmoid", ["sum"], ["estimates"]),
        ],
        "where species occur",
        [helper.make_tensor_value_info("input", floats, ["N", columns])],
        [helper.make_tensor_value_info("estimates", floats, ["N", 3])],
        [
            numpy_helper.from_array(np.resize(WEIGHTS, (columns, 3)), "weights"),
            numpy_helper.from_array(BIAS, "bias"),
        ],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / name
    path.write_bytes(model.SerializeToString())
    (folder / "geo_Labels.txt").write_text(labels)
    return path


def test_by_place_and_week(tmp_path: Path) -> None:
    (tmp_path / "ATTRIBUTION").write_text("\nPowered by a model\nmore of it\n")
    model = GeoModel(geomodel(tmp_path), 0.03)
    spring, autumn, south = model.at(at(day=(2, 1))), model.at(at(day=(9, 1))), model.at(at(-33.87, 151.2))
    assert spring is not None
    assert autumn is not None
    assert south is not None
    assert (spring.says(HERON), autumn.says(HERON), south.says(HERON)) == (True, True, False)
    assert (spring.says(CUCKOO), autumn.says(CUCKOO)) == (False, True)
    assert spring.says(EGRET) is None  # not among its labels
    assert (spring.source, spring.place, spring.month, spring.basis) == (
        "geo_FP16",
        "59.4, 24.8",
        2,
        Basis.OCCURRENCE,
    )
    assert spring.attribution == "Powered by a model"
    assert model.unknown == {"Red Squirrel"}
    assert model.at(NOWHERE) is None
    assert model.at(at(59.44, 24.77, day=(2, 2))) is spring  # a walk is asked about once


def test_without_a_time_the_most_of_the_year_counts(tmp_path: Path) -> None:
    found = GeoModel(geomodel(tmp_path), 0.03).at(at(day=None))
    assert found is not None
    assert (found.month, found.says(CUCKOO)) == (None, True)


def test_the_threshold_is_a_setting(tmp_path: Path) -> None:
    path = geomodel(tmp_path)
    for threshold, expected in ((0.4, True), (0.6, False)):
        found = GeoModel(path, threshold).at(at(0.0))  # a heron on the equator: 0.5
        assert found is not None
        assert found.says(HERON) is expected


def test_labels_are_those_whose_file_is_called_like_the_graph(tmp_path: Path) -> None:
    (tmp_path / "other_labels.txt").write_text("1\tStruthio camelus\tOstrich\n")
    assert GeoModel(geomodel(tmp_path), 0.03).at(at()) is not None


@pytest.mark.parametrize(
    ("labels", "columns", "what"),
    [
        (LABELS[:20], 3, "line 1" if "\t" not in LABELS[:5] else "has 3 outputs, and 1 labels"),
        (LABELS.replace("Ardea cinerea\tGrey Heron", "x"), 3, None),
        ("1\tFelis catus\tCat\n2\tCanis lupus\tWolf\n3\tSciurus vulgaris\tSquirrel\n", 3, "none is a bird's"),
        ("a\nb\nc\n", 3, "line 1: a key, a scientific and a common name"),
        (LABELS, 2, "does not take latitude, longitude and week"),
    ],
)
def test_a_model_that_can_not_be_used_says_why(
    tmp_path: Path, labels: str, columns: int, what: str | None
) -> None:
    path = geomodel(tmp_path, labels, columns=columns)
    if what is None:
        GeoModel(path, 0.03)
        return
    with pytest.raises(RangeSourceBroken) as told:
        GeoModel(path, 0.03)
    assert what in str(told.value)


def test_a_model_that_is_not_there_or_none(tmp_path: Path) -> None:
    with pytest.raises(RangeSourceBroken, match="there is no"):
        GeoModel(tmp_path / "none.onnx", 0.03)
    (tmp_path / "text.onnx").write_text("no graph")
    with pytest.raises(RangeSourceBroken, match="can't be run"):
        GeoModel(tmp_path / "text.onnx", 0.03)
    path = geomodel(tmp_path)
    (tmp_path / "geo_Labels.txt").unlink()
    with pytest.raises(RangeSourceBroken, match="no text with its labels"):
        GeoModel(path, 0.03)


def test_the_graph_of_the_tests_is_a_graph(tmp_path: Path) -> None:
    onnx.checker.check_model(onnx.load(geomodel(tmp_path)))
