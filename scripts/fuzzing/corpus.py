"""Where fuzzing begins: small good inputs of every kind that a reader knows."""

import io
import json
import zipfile
from collections.abc import Iterator

from pamqp import frame
from pamqp.commands import Channel, Connection
from PIL import ExifTags, Image

_SIZE = (48, 32)
_KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO", "HEIF", "AVIF")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def corpus(target: str) -> Iterator[bytes]:
    match target:
        case "photo":
            yield from _photos()
        case "metadata":
            yield _exif().tobytes()[6:] + b"<?xpacket><x:xmpmeta xmp:CreateDate='2024-05-01T18:30:00+02:00'/>"
        case "archive":
            yield from _archives()
        case "form":
            head = 'Content-Disposition: form-data; name="f"; filename="a.jpg"; filename*=UTF-8\'\'b%21.jpg'
            yield f"multipart/form-data; boundary=cut\n--cut\r\n{head}\r\n\r\nbytes\r\n--cut--\r\n".encode()
        case "json":
            file = {"name": "a.jpg", "size": 1, "sha256": 64 * "0", "content_type": "image/jpeg"}
            for body in (
                {"files": [file]},
                {"photo_ids": ["01a213b0-f437-7999-8e78-0a04104072d9"]},
                {"name": "trip", "lane": "bulk", "top_k": 5},
                {"species": "Mallard"},
            ):
                yield json.dumps(body).encode()
        case "handshake":
            said = (
                (0, Connection.Start(server_properties={"capabilities": {"basic.nack": True}})),
                (0, Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=60)),
                (0, Connection.OpenOk()),
                (1, Channel.OpenOk()),
            )
            yield b"".join(frame.marshal(one, channel) for channel, one in said)


def _exif() -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = 6
    tags[ExifTags.Base.DateTime] = "2024:05:01 18:30:00"
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+02:00"
    tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (37.0, 58.0, 30.0), 3: "E", 4: (23.0, 43.0, 12.0)})
    return tags


def _photos() -> Iterator[bytes]:
    image = Image.linear_gradient("L").resize(_SIZE).convert("RGB")
    for kind in _KINDS:
        file = io.BytesIO()
        options = {} if kind in ("GIF", "BMP") else {"exif": _exif().tobytes()}
        image.save(file, kind, **options)
        yield file.getvalue()


def _archives() -> Iterator[bytes]:
    for method in _METHODS:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as inner:
            inner.writestr("trip/a.jpg", bytes(range(256)))
            inner.writestr("__MACOSX/._a.jpg", b"x")
        yield file.getvalue()
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", method) as archive:
            archive.writestr("day.zip", file.getvalue())
        yield outer.getvalue()
