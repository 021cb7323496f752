"""A bar chart of eBird, as it is downloaded: how often species are on the checklists of a region, by week.

After some lines come `Number of taxa:`, the months, `Sample Size:` with 48 numbers of checklists, then a row
a taxon: its name, with the scientific one in `<em class="sci">…</em>`, and 48 shares; all by tabs.
eBird's data are not to be passed on: the file is the person's own, and stays where it is.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from shared.place.effective import PlaceAndTime
from shared.range.names import species_called
from shared.range.places import GeoBox, is_country
from shared.range.seasons import WEEKS, month_of, weeks_about
from shared.range.source import Basis, Closeness, Expected, Layer, RangeSourceBroken

ATTRIBUTION: Final = "eBird. Cornell Lab of Ornithology, Ithaca, New York. https://ebird.org"
LEAST_CHECKLISTS: Final = 50
"""On fewer a bird of every fiftieth list may be missing: weeks are taken together until there are so many."""
_NONE: Final = 0.0  # frequency above which a species is to be expected
_REACH: Final = 1  # weeks beside that of the photo: birds keep no calendar
_SAMPLES: Final = "sample size"
_SCIENTIFIC: Final = re.compile(r"\(\s*<em[^>]*>(.*?)</em>\s*\)")
_SEVERAL: Final = re.compile(r"/| sp\.|\bhybrid\b| x ")
"""In the name of what may be one species or another."""
_REGION_IN_NAME: Final = re.compile(
    r"ebird_([A-Z]{2}(?:-[A-Z0-9-]+)?)_"
)  # ebird_EE__1900_2026_1_12_barchart.txt


class BarChart:
    """The layer of one file."""

    def __init__(self, path: Path, region: str | None) -> None:
        """`region`: a country or a box; None: the country in the file's name. Raises RangeSourceBroken."""
        self.path = path
        self.source = f"eBird bar chart {path.name}"
        self.unknown: set[str] = set()
        """Names in it that are no species': eBird counts ducks that nobody could tell, too."""
        self._region = region or _region_of(path)
        self._box = GeoBox.of(self._region)
        self.closeness = Closeness.BOX if self._box else Closeness.COUNTRY
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise RangeSourceBroken(f"{path} can't be read: {error}") from None
        self._samples, self._frequencies = self._read(lines)
        self._of_week = cache(self._expected)  # photos of one week come by the hundred

    @property
    def layers(self) -> list[Layer]:
        return [self]

    def at(self, where: PlaceAndTime) -> Expected | None:
        return self._of_week(where.week) if self._holds(where) else None

    def _expected(self, week: int | None) -> Expected | None:
        weeks = self._weeks(week)
        lists = sum(self._samples[week - 1] for week in weeks)
        if lists < LEAST_CHECKLISTS:
            return None
        values = {
            species: sum(shares[week - 1] * self._samples[week - 1] for week in weeks) / lists
            for species, shares in self._frequencies.items()
        }
        return Expected(
            self.source,
            self._region,
            None if week is None or len(weeks) == WEEKS else month_of(week),
            Basis.FREQUENCY,
            {species: value for species, value in values.items() if value},
            self._frequencies.keys(),
            _NONE,
            ATTRIBUTION,
        )

    def _holds(self, where: PlaceAndTime) -> bool:
        if self._box is None:
            return where.country == self._region
        if where.latitude is None or where.longitude is None:
            return False
        return self._box.holds(where.latitude, where.longitude)

    def _weeks(self, week: int | None) -> Sequence[int]:
        """About that one, as many as it takes for LEAST_CHECKLISTS."""
        if week is not None:
            for reach in range(_REACH, WEEKS // 2):
                weeks = weeks_about(week, reach)
                if sum(self._samples[one - 1] for one in weeks) >= LEAST_CHECKLISTS:
                    return weeks
        return range(1, WEEKS + 1)

    def _read(self, lines: Sequence[str]) -> tuple[list[float], dict[str, list[float]]]:
        samples: list[float] | None = None
        frequencies: dict[str, list[float]] = {}
        for number, line in enumerate(lines, 1):
            name, _, rest = line.partition("\t")
            if samples is None:
                if name.strip().rstrip(":").lower() == _SAMPLES:
                    samples = self._numbers(rest, number, most=None)
            elif name.strip():
                self._add(frequencies, name, self._numbers(rest, number, most=1.0))
        if samples is None:
            raise RangeSourceBroken(f"{self.path} has no line `Sample Size:`: is it a bar chart of eBird?")
        if not frequencies:
            raise RangeSourceBroken(f"{self.path} names no species that is known")
        return samples, frequencies

    def _add(self, frequencies: dict[str, list[float]], name: str, shares: list[float]) -> None:
        """Forms of one species are taken together: it is on a list as often as the most frequent is."""
        scientific = _SCIENTIFIC.search(name)
        english = _SCIENTIFIC.sub("", name).strip()
        species = None
        if not _SEVERAL.search(english):
            species = species_called(_plain(scientific[1]) if scientific else None, _plain(english))
        if species is None:
            self.unknown.add(english)
            return
        before = frequencies.get(species, shares)
        frequencies[species] = [max(pair) for pair in zip(before, shares, strict=True)]

    def _numbers(self, text: str, number: int, most: float | None) -> list[float]:
        cells = text.rstrip("\t\r\n ").split("\t")
        try:
            values = [float(cell or 0) for cell in cells]
        except ValueError:
            raise RangeSourceBroken(f"{self.path}, line {number}: a cell is no number") from None
        if len(values) != WEEKS:
            raise RangeSourceBroken(
                f"{self.path}, line {number}: there are {len(values)} numbers, not {WEEKS}"
            )
        if not all(0 <= value <= (most or value) for value in values):  # a NaN is neither
            raise RangeSourceBroken(f"{self.path}, line {number}: a number is out of its bounds")
        return values


def _plain(name: str) -> str:
    """Of `Anas platyrhynchos (Domestic type)` the species."""
    return name.partition("(")[0].strip()


def _region_of(path: Path) -> str:
    found = _REGION_IN_NAME.search(path.name)
    if found is None or not is_country(found[1]):
        raise RangeSourceBroken(
            f"{path}: of which region is it? Write barchart:{path}@EE, or a box @57.5:21.5:60:28.3"
        )
    return found[1]
