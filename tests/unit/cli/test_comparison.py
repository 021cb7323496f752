"""What `birds models compare` tells."""

from typing import Any

import pytest

from api.cli.batches.scoring import thresholds_of
from api.cli.operator.comparison import told
from api.cli.running import CouldNotRunError


def comparison(**changes: Any) -> Any:
    side = {"right": 8, "share": 0.8, "low": 0.4902, "high": 0.9433}
    found = {"photos": 50, "same": 45, "agreement": 0.9, "reviewed": 10, "differing": []}
    return found | {"a": side | {"model": "one@1"}, "b": side | {"model": "two@1"}} | changes


def test_agreement_is_told_and_what_each_is_worth() -> None:
    agree, a, b = told(comparison())
    assert agree == "the same answer to 45 of 50 photos, 90.0%"
    assert a == "one@1: right on 8 of 10 that people have named, 80.0% (95 %: 49.0% to 94.3%)"
    assert b.startswith("two@1: ")


def test_without_labels_or_photos_nothing_is_claimed() -> None:
    assert "nobody has named any" in told(comparison(reviewed=0))[1]
    assert told(comparison(agreement=None)) == ["no photo of this batch was answered by both"]


def test_thresholds_are_given_by_name() -> None:
    assert thresholds_of(["Grey Heron=0.6", "Ardea alba = 0.7"]) == {"Grey Heron": 0.6, "Ardea alba": 0.7}
    for wrong in ("Grey Heron", "=0.5", "Grey Heron=much"):
        with pytest.raises(CouldNotRunError, match="no threshold"):
            thresholds_of([wrong])
