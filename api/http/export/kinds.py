"""Each format by its name: what makes it, its media type, what its file is called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.http.export.camtrap_dp import CamtrapDpExport
from api.http.export.coco import coco_exports
from api.http.export.csv_format import CsvExport
from api.http.export.dwca import DarwinCoreExport
from api.http.export.ebird import EbirdExport
from api.http.export.formats import Export, SurveyedExport
from api.http.export.inaturalist import INaturalistExport
from api.http.export.jsonl_format import JsonLinesExport
from api.http.export.label_studio import LabelStudioExport
from api.http.export.megadetector import MegaDetectorExport
from api.http.schemas.exports import ExportFormat, License
from shared.records import Batch

ZIP = "application/zip"
_CSV = "text/csv; charset=utf-8"
_JSON = "application/json"

Exports = Callable[[Batch, str], Sequence[Export]]
"""Of a batch, and of where a photo is fetched, with `{}` for its id."""


@dataclass(frozen=True, slots=True)
class FormatKind:
    """Either `exports`, streamed as they come, or a survey of all photos, or files that lie beside photos."""

    name: ExportFormat
    media_type: str
    suffix: str
    exports: Exports = lambda batch, photo_url: ()
    survey_of: Callable[[License | None], SurveyedExport] | None = None
    beside_photos: bool = False

    @property
    def surveyed(self) -> bool:
        return self.survey_of is not None

    def survey(self, license: License | None = None) -> SurveyedExport:
        """`license`: under which what is exported may be used, where the format can tell."""
        assert self.survey_of is not None
        return self.survey_of(license)


def _parquet(batch: Batch, photo_url: str) -> Sequence[Export]:
    from api.http.export.parquet_format import ParquetExport

    return [ParquetExport(batch.top_k)]


_KINDS = (
    FormatKind(ExportFormat.CSV, _CSV, "csv", lambda batch, _: [CsvExport(batch.top_k)]),
    FormatKind(ExportFormat.JSONL, "application/x-ndjson", "jsonl", lambda *_: [JsonLinesExport()]),
    FormatKind(ExportFormat.PARQUET, "application/vnd.apache.parquet", "parquet", _parquet),
    FormatKind(ExportFormat.MEGADETECTOR, _JSON, "megadetector.json", lambda *_: [MegaDetectorExport()]),
    FormatKind(
        ExportFormat.LABEL_STUDIO, _JSON, "label-studio.json", lambda _, url: [LabelStudioExport(url)]
    ),
    FormatKind(ExportFormat.COCO_CAMERA_TRAPS, _JSON, "coco.json", lambda *_: coco_exports()),
    FormatKind(ExportFormat.EBIRD, _CSV, "ebird.csv", survey_of=lambda _: EbirdExport()),
    FormatKind(ExportFormat.INATURALIST, _CSV, "inaturalist.csv", survey_of=lambda _: INaturalistExport()),
    FormatKind(ExportFormat.CAMTRAP_DP, ZIP, "camtrap-dp.zip", survey_of=CamtrapDpExport),
    FormatKind(ExportFormat.XMP, ZIP, "xmp.zip", beside_photos=True),
    FormatKind(ExportFormat.DWCA, ZIP, "dwca.zip", survey_of=DarwinCoreExport),
)
_BY_NAME = {kind.name: kind for kind in _KINDS}
MEDIA_TYPES = tuple(dict.fromkeys(kind.media_type.partition(";")[0] for kind in _KINDS))


def kind_of(name: ExportFormat) -> FormatKind:
    return _BY_NAME[name]
