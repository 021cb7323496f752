"""A model of where species occur, as an ONNX graph: from latitude, longitude and week to estimates.

Input (n, 3): degrees, degrees, week 1 to 48. Output (n, labels): 0 to 1. Beside the graph lies a text with
its labels, one a line by tabs: a key, the scientific name, the common one. BirdNET's geomodels are of this
form; their weights have terms of their own, so none is shipped.
"""

from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shared.place.effective import PlaceAndTime
from shared.range.names import species_called
from shared.range.seasons import WEEKS, month_of
from shared.range.source import Basis, Closeness, Expected, Layer, RangeSourceBroken

_DECIMALS: Final = 1  # of a degree, 11 km: the same answer serves all photos of a walk
_KEPT: Final = 256  # answers of some 100 kB
_INPUTS: Final = 3
_ATTRIBUTIONS: Final = ("ATTRIBUTION", "MODEL_LICENSE.txt", "LICENSE-MODELS.md", "LICENSE")
_LABELS_KNOWN_BY: Final = "labels"
_LONGEST_ATTRIBUTION: Final = 200  # characters


class GeoModel:
    """The layer of one graph."""

    closeness = Closeness.POINT

    def __init__(self, path: Path, threshold: float) -> None:
        """`threshold`: above which estimate a species is to be expected. Raises RangeSourceBroken."""
        self.path = path
        self.source = path.stem
        self.unknown: set[str] = set()
        """Labels that are no bird's: such models know mammals and frogs, too."""
        self._threshold = threshold
        self._attribution = _attribution(path)
        self._graph = _compiled(path)
        labels = _labels(path)
        outputs = self._run(np.zeros((1, _INPUTS), np.float32)).shape[1]
        if outputs != len(labels):
            raise RangeSourceBroken(f"{path} has {outputs} outputs, and {len(labels)} labels beside it")
        self._names = [species_called(*names) for names in labels]
        self.unknown = {common for (_, common), name in zip(labels, self._names, strict=True) if not name}
        self._known = frozenset(name for name in self._names if name)
        if not self._known:
            raise RangeSourceBroken(f"of the labels beside {path} none is a bird's")
        self._at = lru_cache(_KEPT)(self._expected)

    @property
    def layers(self) -> list[Layer]:
        return [self]

    def at(self, where: PlaceAndTime) -> Expected | None:
        if where.latitude is None or where.longitude is None:
            return None
        return self._at(round(where.latitude, _DECIMALS), round(where.longitude, _DECIMALS), where.week)

    def _expected(self, latitude: float, longitude: float, week: int | None) -> Expected:
        """Without a week, of each species the most of the year."""
        weeks = range(1, WEEKS + 1) if week is None else (week,)
        rows = np.array([(latitude, longitude, one) for one in weeks], np.float32)
        estimates = self._run(rows).max(axis=0)
        values: dict[str, float] = {}
        for name, value in zip(self._names, estimates.tolist(), strict=True):
            if name is not None:  # several labels may be forms of one species
                values[name] = max(value, values.get(name, 0.0))
        return Expected(
            self.source,
            f"{latitude:g}, {longitude:g}",
            None if week is None else month_of(week),
            Basis.OCCURRENCE,
            values,
            self._known,
            self._threshold,
            self._attribution,
        )

    def _run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            found: NDArray[np.float32] = self._graph(rows)[0]
        except Exception as error:  # OpenVINO's are many, and none is of its own
            raise RangeSourceBroken(
                f"{self.path} does not take latitude, longitude and week: {error}"
            ) from None
        if found.shape[0] != len(rows) or found.ndim != 2:
            raise RangeSourceBroken(f"{self.path} does not give a row of estimates for each place")
        return found


def _compiled(path: Path) -> Any:
    """One place at a time in one thread: the photos' model has the others."""
    try:
        import openvino
    except ImportError:
        raise RangeSourceBroken(f"{path} takes OpenVINO, which comes with the extra `worker`") from None
    if not path.is_file():
        raise RangeSourceBroken(f"there is no {path}")
    try:
        settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        return openvino.Core().compile_model(path, "CPU", settings)
    except Exception as error:  # as above
        raise RangeSourceBroken(f"{path} can't be run: {error}") from None


def _labels(path: Path) -> list[tuple[str | None, str]]:
    """(scientific, common) of each, from the text beside the graph that is called most like it."""
    texts = [
        one
        for one in sorted(path.parent.iterdir())
        if _LABELS_KNOWN_BY in one.name.lower() and one.suffix.lower() in (".txt", ".tsv")
    ]
    if not texts:
        raise RangeSourceBroken(f"beside {path} there is no text with its labels (…labels.txt)")
    alike = [SequenceMatcher(None, one.stem, path.stem, autojunk=False).ratio() for one in texts]
    text = texts[alike.index(max(alike))]
    try:
        rows = [line.split("\t") for line in text.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise RangeSourceBroken(f"{text} can't be read: {error}") from None
    for number, row in enumerate(rows, 1):
        if len(row) not in (2, 3):
            raise RangeSourceBroken(f"{text}, line {number}: a key, a scientific and a common name, by tabs")
    return [(row[1].strip() or None, row[-1].strip()) for row in rows]


def _attribution(path: Path) -> str | None:
    """The first line of the terms that lie beside the graph, if there are any."""
    for name in _ATTRIBUTIONS:
        terms = path.with_name(name)
        if terms.is_file():
            lines = terms.read_text("utf-8", errors="replace").splitlines()
            return next((line.strip("# ")[:_LONGEST_ATTRIBUTION] for line in lines if line.strip()), None)
    return None
