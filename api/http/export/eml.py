"""EML, GBIF's metadata profile 1.1: what a Darwin Core archive says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from api.http.export.row import ExportRow
from api.http.schemas.exports import License
from api.snapshots import About

_URLS = {
    License.CC0: "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
    License.BY: "http://creativecommons.org/licenses/by/4.0/legalcode",
    License.BY_NC: "http://creativecommons.org/licenses/by-nc/4.0/legalcode",
}
"""As GBIF knows them."""


def license_url(license: License | None) -> str | None:
    return None if license is None else _URLS[license]


@dataclass(slots=True)
class Extent:
    """Where and when, of all rows with a place and a moment."""

    south: float = 90.0
    north: float = -90.0
    west: float = 180.0
    east: float = -180.0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, row: ExportRow) -> None:
        assert row.place is not None
        assert row.moment is not None
        latitude, longitude = row.place
        self.south, self.north = min(self.south, latitude), max(self.north, latitude)
        self.west, self.east = min(self.west, longitude), max(self.east, longitude)
        self.first = min(self.first or row.moment, row.moment)
        self.last = max(self.last or row.moment, row.moment)


def eml(about: About, title: str, extent: Extent, license: License | None) -> bytes:
    """What Birds can know: whose the batch is and what is in it."""
    batch = about.batch
    models = ", ".join(used.model for used in about.models) or "none"
    told = f"Photos of birds, named by Birds (models: {models}) and by people who looked at them."
    owner = f"<individualName><surName>{_text(about.owner)}</surName></individualName>"
    parts = [
        f"<alternateIdentifier>{batch.id}</alternateIdentifier>",
        f'<title xml:lang="en">{_text(title)}</title>',
        f"<creator>{owner}</creator>",
        f"<metadataProvider>{owner}</metadataProvider>",
        f"<pubDate>{about.read_at:%Y-%m-%d}</pubDate>",
        "<language>en</language>",
        f"<abstract><para>{_text(told)}</para></abstract>",
        *_rights(license),
        *_coverage(extent),
        f"<contact>{owner}</contact>",
    ]
    inside = "".join(f"    {part}\n" for part in parts)
    package = quoteattr(f"{batch.id}/v{about.read_at:%Y%m%d%H%M%S}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<eml:eml xmlns:eml="eml://ecoinformatics.org/eml-2.1.1"\n'
        '    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
        '    xsi:schemaLocation="eml://ecoinformatics.org/eml-2.1.1'
        ' http://rs.gbif.org/schema/eml-gbif-profile/1.1/eml.xsd"\n'
        f'    packageId={package} system="birds" scope="system" xml:lang="en">\n'
        f"  <dataset>\n{inside}  </dataset>\n"
        "</eml:eml>\n"
    ).encode()


def _rights(license: License | None) -> Iterator[str]:
    if license is not None:
        name, url = _text(license.in_words), quoteattr(_URLS[license])
        link = f"<ulink url={url}><citetitle>{name}</citetitle></ulink>"
        yield f"<intellectualRights><para>This work is licensed under a {link}.</para></intellectualRights>"


def _coverage(extent: Extent) -> Iterator[str]:
    if extent.first is None or extent.last is None:
        return
    sides = {"west": extent.west, "east": extent.east, "north": extent.north, "south": extent.south}
    box = "".join(
        f"<{side}BoundingCoordinate>{degrees}</{side}BoundingCoordinate>" for side, degrees in sides.items()
    )
    days = "".join(
        f"<{name}><calendarDate>{day:%Y-%m-%d}</calendarDate></{name}>"
        for name, day in (("beginDate", extent.first), ("endDate", extent.last))
    )
    yield (
        "<coverage><geographicCoverage><geographicDescription>Around all photos</geographicDescription>"
        f"<boundingCoordinates>{box}</boundingCoordinates></geographicCoverage>"
        f"<temporalCoverage><rangeOfDates>{days}</rangeOfDates></temporalCoverage></coverage>"
    )


def _text(text: str) -> str:
    """One line that XML can hold."""
    return escape("".join(character if character.isprintable() else " " for character in text))
