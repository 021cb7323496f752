"""Photos of one place: under a site's name, and to a thousandth of a degree, some hundred metres."""

from dataclasses import dataclass

from api.http.export.row import ExportRow

PRECISION = 0.001
UNCERTAINTY_M = 110  # a thousandth of a degree at the equator
MAX_PLACES = 50_000  # of one export; they are kept in memory, some 400 bytes each
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Spot:
    site: str | None
    latitude: float
    longitude: float

    @classmethod
    def of(cls, row: ExportRow) -> "Spot":
        """Of a row that has a place."""
        assert row.place is not None
        latitude, longitude = (round(degrees, _DIGITS) for degrees in row.place)
        return cls(row.site, latitude, longitude)

    @property
    def label(self) -> str:
        """Told apart from any other; begins with a letter, which no spreadsheet takes for a formula."""
        point = f"at {self.latitude:.3f} {self.longitude:.3f}"
        return point if self.site is None else f"{point} {self.site}"
