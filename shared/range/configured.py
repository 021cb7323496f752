"""`BIRDS_RANGE`: which sources there are, and what they are read from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from shared.range.bar_chart import BarChart
from shared.range.geomodel import GeoModel
from shared.range.places import HOW, GeoBox, is_country
from shared.range.source import Layer, Ranges, RangeSourceBroken
from shared.range.table import RangeTable

BETWEEN: Final = ","
_REGION: Final = "@"
FORMS: Final = "`csv:/path`, `barchart:/path@EE` and `onnx:/path`"


class RangeSource(Protocol):
    """A file that was read."""

    unknown: set[str]

    @property
    def source(self) -> str: ...

    @property
    def layers(self) -> Sequence[Layer]: ...


def read_ranges(text: str, *, least_records: int, threshold: float) -> Ranges | None:
    """Of the sources in `text`, by commas; None where it names none. Raises RangeSourceBroken."""
    sources = read_sources(text, least_records=least_records, threshold=threshold)
    if not sources:
        return None
    return Ranges([one.source for one in sources], [layer for one in sources for layer in one.layers])


def read_sources(text: str, *, least_records: int, threshold: float) -> list[RangeSource]:
    return [_read(one.strip(), least_records, threshold) for one in text.split(BETWEEN) if one.strip()]


def _read(text: str, least_records: int, threshold: float) -> RangeSource:
    kind, _, path = text.partition(":")
    match kind:
        case "csv":
            return RangeTable(Path(path), least_records)
        case "barchart":
            file, _, region = path.rpartition(_REGION) if _REGION in path else (path, "", "")
            if region and not is_country(region) and GeoBox.of(region) is None:
                raise RangeSourceBroken(f"{region!r} is no region: write {HOW}")
            return BarChart(Path(file), region or None)
        case "onnx":
            return GeoModel(Path(path), threshold)
        case _:
            raise RangeSourceBroken(f"{text!r} is no source of ranges: there are {FORMS}")
