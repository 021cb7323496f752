"""Darwin Core archive, which GBIF reads: occurrence.csv with multimedia.csv beside it, meta.xml and eml.xml.

An occurrence is a photo of a bird whose scientific name, place and moment are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from api.http.export.camtrap_tables import table_line
from api.http.export.csv_format import cell, lines
from api.http.export.eml import Extent, eml, license_url
from api.http.export.formats import Package, Silent
from api.http.export.left_out import LeftOutBecause, LeftOutCount, failed, no_bird, no_moment, no_place
from api.http.export.paths import media_type, relative_path
from api.http.export.readme import readme
from api.http.export.row import ExportRow, utc
from api.http.export.taxa import scientific_name, taxon_of
from api.http.schemas.exports import License
from api.snapshots import About
from shared.final_name import NameRank
from shared.records import Photo, RefusedFile

_DWC = "http://rs.tdwg.org/dwc/terms/"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_AC = "http://rs.tdwg.org/ac/terms/"
_CORE = f"{_DWC}Occurrence"
_EXTENSION = f"{_AC}Multimedia"
_OF_DUBLIN_CORE = ("type", "license", "rightsHolder")
_OCCURRENCE = tuple(
    (column, (_TERMS if column in _OF_DUBLIN_CORE else _DWC) + column)
    for column in (
        "occurrenceID", "type", "license", "rightsHolder", "basisOfRecord", "datasetName",
        "individualCount", "occurrenceStatus", "occurrenceRemarks", "eventID", "eventDate",
        "samplingProtocol", "locality", "countryCode", "decimalLatitude", "decimalLongitude",
        "geodeticDatum", "identifiedBy", "dateIdentified", "identificationVerificationStatus",
        "identificationRemarks", "scientificName", "kingdom", "class", "order", "family", "taxonRank",
        "vernacularName",
    )
)  # fmt: skip
_MULTIMEDIA = (
    ("occurrenceID", ""),
    ("identifier", f"{_TERMS}identifier"),
    ("type", f"{_DC}type"),
    ("rights", f"{_TERMS}rights"),
    ("owner", "http://ns.adobe.com/xap/1.0/rights/Owner"),
    ("accessURI", f"{_AC}accessURI"),
    ("format", f"{_DC}format"),
    ("CreateDate", "http://ns.adobe.com/xap/1.0/CreateDate"),
    ("serviceExpectation", f"{_AC}serviceExpectation"),
)
_OCCURRENCE_COLUMNS = tuple(name for name, _ in _OCCURRENCE)
_MULTIMEDIA_COLUMNS = tuple(name for name, _ in _MULTIMEDIA)
_VERIFIED = "verified using recorded media"
_NOT_VERIFIED = "unverified"
_SOMEBODY = "a person"
_ABOUT = """
An occurrence is a photo. GBIF asks under which licence it may be used: say it when you export (`license`), or
in occurrence.csv and eml.xml before you publish. accessURI is the photo's name, relative to the folder that
was given to Birds, percent-encoded where it is no such path as it is.
"""


def _no_scientific_name(row: ExportRow) -> LeftOutBecause | None:
    return None if _scientific(row) else LeftOutBecause.NO_SCIENTIFIC_NAME


@dataclass(frozen=True, slots=True)
class Rights:
    """Under which licence, as a URL, and whose."""

    license: str | None
    owner: str


class DarwinCoreExport:
    begins_at_once = True
    tells_sightings = False

    def __init__(self, license: License | None = None) -> None:
        self._left_out = LeftOutCount(failed, no_bird, _no_scientific_name, no_place, no_moment)
        self._license = license
        self._extent = Extent()

    def survey(self, photos: Sequence[Photo]) -> None:
        for row in map(ExportRow.of, photos):
            if self._left_out.takes(row):
                self._extent.add(row)

    def survey_refused(self, files: Sequence[RefusedFile]) -> None:
        for file in files:
            self._left_out.count_refused(file)

    def package(self, about: About) -> Package:
        dataset = about.batch.name or f"Birds of batch {about.batch.id}"

        rights = Rights(license_url(self._license), about.owner)

        def told() -> bytes:
            return readme(about, "Darwin Core archive", _ABOUT, self._left_out.counted)

        return Package(
            [
                ("meta.xml", _meta()),
                ("occurrence.csv", [_OccurrenceTable(self._left_out, dataset, rights)]),
                ("multimedia.csv", [_MultimediaTable(self._left_out, rights)]),
                ("eml.xml", partial(eml, about, dataset, self._extent, self._license)),
                ("README.txt", told),
            ],
            self._left_out,
        )


class _OccurrenceTable(Silent):
    def __init__(self, rules: LeftOutCount, dataset: str, rights: Rights) -> None:
        self._rules = rules
        self._dataset = dataset
        self._rights = rights

    def begin(self) -> bytes:
        return lines([_OCCURRENCE_COLUMNS])

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = (ExportRow.of(photo) for photo in photos)
        return lines([self._occurrence(row) for row in rows if self._rules.why(row) is None])

    def _occurrence(self, row: ExportRow) -> list[Any]:
        assert row.moment is not None
        assert row.name is not None
        name = _scientific(row) or ""
        taxon = taxon_of(name)
        values = {
            "occurrenceID": row.id,
            "type": "Image",
            "license": self._rights.license,
            "rightsHolder": cell(self._rights.owner),
            "basisOfRecord": "MachineObservation",
            "datasetName": cell(self._dataset),
            "individualCount": row.count or None,
            "occurrenceStatus": "present",
            "occurrenceRemarks": cell(row.note),
            "eventID": row.id if row.sighting is None else str(row.sighting),
            "eventDate": utc(row.moment),
            "samplingProtocol": "photo",
            "locality": cell(row.site),
            "countryCode": row.country,
            "decimalLatitude": row.latitude,
            "decimalLongitude": row.longitude,
            "geodeticDatum": "EPSG:4326",
            "scientificName": cell(name),
            "kingdom": "Animalia",
            "class": "Aves",
            "order": None if taxon is None else taxon.order,
            "family": None if taxon is None else taxon.family,
            "taxonRank": "class" if row.name.rank is NameRank.BIRD else row.name.rank.value,
            "vernacularName": cell(row.name.name) if row.name.name != name else None,
        }
        return table_line(_OCCURRENCE_COLUMNS, **values, **_identification(row))


class _MultimediaTable(Silent):
    def __init__(self, rules: LeftOutCount, rights: Rights) -> None:
        self._rules = rules
        self._rights = rights

    def begin(self) -> bytes:
        return lines([_MULTIMEDIA_COLUMNS])

    def page(self, photos: Sequence[Photo]) -> bytes:
        rows = (ExportRow.of(photo) for photo in photos)
        return lines([_medium(row, self._rights) for row in rows if self._rules.why(row) is None])


def _medium(row: ExportRow, rights: Rights) -> list[Any]:
    assert row.moment is not None
    return table_line(
        _MULTIMEDIA_COLUMNS,
        occurrenceID=row.id,
        identifier=row.id,
        type="StillImage",
        rights=rights.license,
        owner=cell(rights.owner),
        accessURI=relative_path(row.photo.name),
        format=media_type(row.photo.name),
        CreateDate=utc(row.moment),
        serviceExpectation="authenticate",
    )


def _identification(row: ExportRow) -> dict[str, Any]:
    if row.reviewed:
        return {
            "identifiedBy": cell(row.reviewed_by) or _SOMEBODY,
            "dateIdentified": None if row.reviewed_at is None else utc(row.reviewed_at),
            "identificationVerificationStatus": _VERIFIED,
        }
    assert row.name is not None
    photo, probability = row.photo, row.name.probability
    sure = "" if probability is None else f" with {probability:.0%} certainty"
    return {
        "identifiedBy": photo.model,
        "dateIdentified": None if photo.finished_at is None else utc(photo.finished_at),
        "identificationVerificationStatus": _NOT_VERIFIED,
        "identificationRemarks": f"classified by a machine{sure}",
    }


def _scientific(row: ExportRow) -> str | None:
    assert row.name is not None  # what has none is left out before
    return scientific_name(row.name.name, row.name.scientific_name, row.name.rank)


def _meta() -> bytes:
    """Which file has what in which column."""
    core = _file("core", _CORE, "occurrence.csv", "id", _OCCURRENCE)
    extension = _file("extension", _EXTENSION, "multimedia.csv", "coreid", _MULTIMEDIA)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<archive xmlns="http://rs.tdwg.org/dwc/text/" metadata="eml.xml">\n{core}{extension}</archive>\n'
    ).encode()


def _file(kind: str, row_type: str, name: str, index: str, columns: tuple[tuple[str, str], ...]) -> str:
    fields = "".join(
        f'    <field index="{number}" term="{escape(term)}"/>\n'
        for number, (_, term) in enumerate(columns)
        if term
    )
    return (
        f'  <{kind} encoding="UTF-8" fieldsTerminatedBy="," linesTerminatedBy="\\r\\n" '
        'fieldsEnclosedBy="&quot;" '
        f'ignoreHeaderLines="1" rowType="{row_type}">\n'
        f"    <files><location>{name}</location></files>\n"
        f'    <{index} index="0"/>\n{fields}  </{kind}>\n'
    )
