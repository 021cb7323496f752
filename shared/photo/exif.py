"""EXIF as far as it can be read, and the orientation. Cameras write nonsense, so nothing in here raises."""

from typing import Any

from PIL import ExifTags, Image, TiffImagePlugin


def read(image: Image.Image) -> Image.Exif:
    """The EXIF of an opened image as far as it is read; empty where it is absent or broken.

    Not `image.getexif()`: that of a PNG decodes the whole picture to look for a block at its end, and
    then keeps what it found first. A TIFF is its own EXIF.
    """
    exif = Image.Exif()
    try:
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            return image.getexif()
        exif.load(image.info.get("exif") or b"")
    except Exception:  # Pillow raises what the bytes provoke; a broken block is no block
        exif.clear()
    return exif


def orientation(exif: Image.Exif) -> int:
    """1 to 8 as EXIF counts them; 1, upright, where there is none or no such number."""
    number = value(exif, ExifTags.Base.Orientation)
    return number if isinstance(number, int) and 1 <= number <= 8 else 1


def directory(exif: Image.Exif, tag: ExifTags.IFD) -> dict[int, Any]:
    """One of the directories below the first; empty where it is absent or broken."""
    try:
        return exif.get_ifd(tag)
    except Exception:  # as in read(): offsets may point anywhere
        return {}


def value(exif: Image.Exif, tag: int) -> Any:
    """Of the first directory; None where it is absent or broken."""
    try:
        return exif.get(tag)
    except Exception:  # as in read()
        return None


def text(value: object) -> str:
    """Of a tag, without the padding; empty where it is no text."""
    if isinstance(value, bytes):
        value = value.decode("ascii", errors="replace")
    return value.strip("\x00 ") if isinstance(value, str) else ""
