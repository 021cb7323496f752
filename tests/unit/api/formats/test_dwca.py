"""Darwin Core archives, read by python-dwca-reader."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from dwca.darwincore.utils import qualname
from dwca.read import DwCAReader

from api.http.export.csv_format import cell
from api.http.schemas.exports import ExportFormat, License
from shared.records import Photo
from tests.unit.api.formats.batch import HOSTILE, a_batch, packaged

MULTIMEDIA = "http://rs.tdwg.org/ac/terms/Multimedia"


EML = "eml://ecoinformatics.org/eml-2.1.1"


def dataset(files: dict[str, bytes]) -> Element:
    root = fromstring(files["eml.xml"])
    assert root.tag == f"{{{EML}}}eml"
    found = root.find("dataset")
    assert found is not None
    return found


def read(photos: list[Photo], folder: Path) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Each occurrence with its medium."""
    _, files = packaged(ExportFormat.DWCA, photos)
    path = folder / "dwca.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    with DwCAReader(str(path)) as archive:
        assert archive.descriptor is not None
        assert archive.descriptor.core.type == qualname("Occurrence")
        assert archive.metadata.find("dataset/title").text == '=trip, "June"'
        rows = []
        for row in archive:
            (medium,) = row.extensions
            assert medium.rowtype == MULTIMEDIA
            rows.append((row.data, medium.data))
        return rows


def test_a_reader_finds_each_bird_with_its_photo(tmp_path: Path) -> None:
    occurrences = read(a_batch(), tmp_path)
    package, _ = packaged(ExportFormat.DWCA, a_batch())
    assert package.left_out == {
        "refused": 1, "left-out": 1, "failed": 1, "not-a-bird": 2, "uncertain": 1,
        "no-scientific-name": 32, "no-place": 2, "no-time": 1
    }  # fmt: skip
    assert len(occurrences) + sum(package.left_out.values()) == len(a_batch()) + 2
    heron, medium = occurrences[0]
    assert heron[qualname("scientificName")] == "Ardea herodias"
    assert heron[qualname("eventDate")] == "2026-05-01T06:30:00Z"
    assert heron[qualname("identificationRemarks")] == "classified by a machine with 91% certainty"
    assert (heron[qualname("family")], heron[qualname("order")]) == ("Ardeidae", "Pelecaniformes")
    assert medium["http://rs.tdwg.org/ac/terms/accessURI"] == "trip/IMG.JPG"
    verified = [
        one[qualname("scientificName")]
        for one, _ in occurrences
        if one[qualname("identificationVerificationStatus")] == "verified using recorded media"
    ]
    assert verified == ["Ardea cinerea", "Anas platyrhynchos", *map(cell, HOSTILE)]


def test_every_line_has_every_column() -> None:
    _, files = packaged(ExportFormat.DWCA, a_batch())
    for table in ("occurrence.csv", "multimedia.csv"):
        lines = list(csv.reader(io.StringIO(files[table].decode(), newline=""), strict=True))
        assert {len(line) for line in lines} == {len(lines[0])}


def test_it_says_whose_it_is_where_and_when_and_under_which_licence(tmp_path: Path) -> None:
    _, files = packaged(ExportFormat.DWCA, a_batch(), license=License.BY)
    told = dataset(files)
    # In the order that GBIF's profile asks for.
    assert [part.tag for part in told] == [
        "alternateIdentifier", "title", "creator", "metadataProvider", "pubDate", "language", "abstract",
        "intellectualRights", "coverage", "contact",
    ]  # fmt: skip
    assert told.findtext("creator/individualName/surName") == "ada"
    link = told.find("intellectualRights/para/ulink")
    assert link is not None
    assert link.get("url") == "http://creativecommons.org/licenses/by/4.0/legalcode"
    box = told.find("coverage/geographicCoverage/boundingCoordinates")
    assert box is not None
    assert [side.text for side in box] == ["-70.25", "-70.25", "-33.5", "-33.5"]
    assert told.findtext("coverage/temporalCoverage/rangeOfDates/beginDate/calendarDate") == "2026-05-01"
    for table, column in (("occurrence.csv", "license"), ("multimedia.csv", "rights")):
        lines = list(csv.DictReader(io.StringIO(files[table].decode(), newline="")))
        assert {line[column] for line in lines} == {link.get("url")}


def test_without_a_licence_it_says_none() -> None:
    _, files = packaged(ExportFormat.DWCA, [])
    assert dataset(files).find("intellectualRights") is None
    assert dataset(files).find("coverage") is None  # nor is there anything anywhere
