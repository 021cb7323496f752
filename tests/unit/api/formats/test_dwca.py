"""Darwin Core archives, read by python-dwca-reader."""

import csv
import io
import zipfile
from pathlib import Path

from dwca.darwincore.utils import qualname
from dwca.read import DwCAReader

from api.http.schemas.results import ExportFormat
from shared.records import Photo
from tests.unit.api.formats.batch import a_batch, packaged

MULTIMEDIA = "http://rs.tdwg.org/ac/terms/Multimedia"


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
    assert verified == ["Ardea cinerea", "Anas platyrhynchos"]


def test_every_line_has_every_column() -> None:
    _, files = packaged(ExportFormat.DWCA, a_batch())
    for table in ("occurrence.csv", "multimedia.csv"):
        lines = list(csv.reader(io.StringIO(files[table].decode(), newline=""), strict=True))
        assert {len(line) for line in lines} == {len(lines[0])}
