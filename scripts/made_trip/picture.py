"""A frame's bytes: its source as a hand-held camera sees it a moment later, with the EXIF of its camera."""

import io
import random
from datetime import timedelta

from PIL import ExifTags, Image, ImageEnhance, ImageFilter

from scripts.made_trip.trip import ZONE, Frame

_LONGEST = 400  # pixels
_SHAKES = 0.94  # of the side that every frame shows, at least


def picture(frame: Frame, dice: random.Random) -> bytes:
    """JPEG; the view moves, light and sharpness change a little from frame to frame."""
    with Image.open(frame.source) as opened:
        image = opened.convert("RGB")
    image.thumbnail((_LONGEST, _LONGEST))
    image = _shaken(image, dice)
    image = ImageEnhance.Brightness(image).enhance(dice.uniform(0.82, 1.18))
    if dice.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 1.3)))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88, exif=_exif(frame))
    return buffer.getvalue()


def _shaken(image: Image.Image, dice: random.Random) -> Image.Image:
    share = dice.uniform(_SHAKES, 1)
    width, height = round(share * image.width), round(share * image.height)
    left, top = dice.randint(0, image.width - width), dice.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def _exif(frame: Frame) -> Image.Exif:
    camera = frame.camera
    shown = frame.moment.astimezone(ZONE) + camera.clock_off
    block = Image.Exif()
    block[ExifTags.Base.Make], block[ExifTags.Base.Model] = camera.make, camera.model
    details = block.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = f"{shown:%Y:%m:%d %H:%M:%S}"
    details[ExifTags.Base.BodySerialNumber] = camera.serial
    if camera.subseconds:
        details[ExifTags.Base.SubsecTimeOriginal] = f"{shown.microsecond // 10_000:02d}"
    if camera.tells_offset:
        details[ExifTags.Base.OffsetTimeOriginal] = _offset(shown.utcoffset() or timedelta())
    if frame.has_gps:
        place = frame.place
        block.get_ifd(ExifTags.IFD.GPSInfo).update(
            {1: "N" if place.latitude >= 0 else "S", 2: _degrees(place.latitude),
             3: "E" if place.longitude >= 0 else "W", 4: _degrees(place.longitude)}
        )  # fmt: skip
    return block


def _offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(abs(value) * 3600, 2), 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 2)
