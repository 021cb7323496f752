"""Which camera took a photo, as far as it says so. Nothing in here raises."""

from PIL import ExifTags, Image

from shared.photo import exif
from shared.photo.exif import text

_LONGEST = (
    100  # characters; of what a camera calls itself this is ample, of what a file claims it need not be
)


def camera(tags: Image.Exif) -> str | None:
    """Maker, model and the body's number, as far as they are there: `Canon EOS R5 #012021001234`."""
    maker, model = (_line(exif.value(tags, tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    number = _line(exif.directory(tags, ExifTags.IFD.Exif).get(ExifTags.Base.BodySerialNumber))
    if model.lower().startswith(maker.lower()):  # many repeat the maker in the model
        maker = ""
    parts = (maker, model, f"#{number}" if number else "")
    return " ".join(part for part in parts if part)[:_LONGEST] or None


def _line(value: object) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text(value)).split())
