"""What is asked of exports."""

from enum import StrEnum

from pydantic import Field

from api.http.schemas.base import Query


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    MEGADETECTOR = "megadetector"
    EBIRD = "ebird"
    CAMTRAP_DP = "camtrap-dp"
    DWCA = "dwca"
    INATURALIST = "inaturalist"
    LABEL_STUDIO = "label-studio"
    COCO_CAMERA_TRAPS = "coco-camera-traps"
    XMP = "xmp"


class License(StrEnum):
    """Those that GBIF takes."""

    CC0 = "CC0-1.0"
    BY = "CC-BY-4.0"
    BY_NC = "CC-BY-NC-4.0"

    @property
    def in_words(self) -> str:
        return _IN_WORDS[self]


_IN_WORDS = {
    License.CC0: "Creative Commons Zero 1.0 Universal (CC0 1.0) Public Domain Dedication",
    License.BY: "Creative Commons Attribution 4.0 International (CC BY 4.0) License",
    License.BY_NC: "Creative Commons Attribution Non Commercial 4.0 International (CC BY-NC 4.0) License",
}
_LICENSE = Field(None, description="Under which data and photos may be used: told by `dwca` and `camtrap-dp`")


class ExportQuery(Query):
    format: ExportFormat = ExportFormat.CSV
    license: License | None = _LICENSE


# XMP files lie beside photos, not in a folder of several formats.
_FORMAT = "|".join(format for format in ExportFormat if format is not ExportFormat.XMP)
_FORMATS = rf"^({_FORMAT})(,({_FORMAT}))*$"


class HandoverQuery(Query):
    formats: str = Field(
        pattern=_FORMATS, max_length=200, description="Names of export formats, with commas between"
    )
    license: License | None = _LICENSE

    @property
    def names(self) -> list[ExportFormat]:
        """Each once."""
        return [ExportFormat(name) for name in dict.fromkeys(self.formats.split(","))]
