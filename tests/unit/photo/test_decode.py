import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from shared.photo.box import Box
from shared.photo.decode import decode
from shared.photo.inspect import inspect
from shared.photo.rgb import BACKGROUND
from shared.photo.thumbnail import thumbnail
from tests.unit.photo.pictures import (
    DARK,
    HEIGHT,
    LEFT,
    LIMIT,
    RIGHT,
    WIDTH,
    encoded,
    heic,
    looks_upright,
    near,
    png,
    turned,
    upright,
)

FULLSIZE = Path(__file__).parents[4] / "shared" / "data" / "fullsize"


def pixels(data: bytes, min_side: int | None = None) -> Image.Image:
    return decode(data, max_pixels=LIMIT, min_side=min_side).image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_formats(kind: str) -> None:
    decoded = decode(encoded(upright(), kind), max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    assert (decoded.facts.width, decoded.facts.height) == (WIDTH, HEIGHT)
    assert decoded.facts.content_type == f"image/{kind.lower()}"


def test_heic() -> None:
    assert looks_upright(pixels(heic(upright())))


def test_progressive_jpeg() -> None:
    assert looks_upright(pixels(encoded(upright(), progressive=True)))


@pytest.mark.parametrize("mode", ["L", "1", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_modes(mode: str, kind: str) -> None:
    grey = mode in ("L", "LA", "1", "I;16")
    image = _sixteen_bit(upright()) if mode == "I;16" else upright().convert(mode, dither=Image.Dither.NONE)
    try:
        data = encoded(image, kind)
    except OSError:
        pytest.skip(f"Pillow writes no {kind} of mode {mode}")
    found = pixels(data)
    if not grey:
        assert looks_upright(found)
        return
    expected = upright().convert("1" if mode == "1" else "L", dither=Image.Dither.NONE).convert("RGB")
    assert ImageChops.difference(found, expected).getextrema() == ((0, 0),) * 3


def _sixteen_bit(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    values = b"".join(struct.pack("<H", value * 256 + 77) for value in grey.tobytes())
    return Image.frombytes("I;16", grey.size, values)


def test_rgb_of_16_bits() -> None:
    header = struct.pack("!IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    row = b"\x00" + struct.pack("!6H", *(value * 257 for value in (*LEFT, *RIGHT)))
    data = png(1, 1).replace(png(1, 1)[8:], b"") + b"".join(
        struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(row)), (b"IEND", b""))
    )
    found = pixels(data)
    assert [found.getpixel((x, 0)) for x in (0, 1)] == [LEFT, RIGHT]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_transparent_pixels_show_the_background(kind: str) -> None:
    image = upright().convert("RGBA")
    image.putalpha(
        Image.linear_gradient("L").resize(image.size).point(lambda value: 255 if value > 127 else 0)
    )
    found = pixels(encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert found.getpixel((WIDTH // 4, 2)) == BACKGROUND
    assert near(found.getpixel((WIDTH * 3 // 4, HEIGHT - 2)), DARK, 2)


def test_transparent_colour_of_a_palette() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([*LEFT, *RIGHT] + [0] * 762)
    image.paste(1, (4, 0, 8, 8))
    found = pixels(encoded(image, "GIF", transparency=0))
    assert (found.getpixel((1, 1)), found.getpixel((6, 6))) == (BACKGROUND, RIGHT)


def test_first_frame_of_an_animation() -> None:
    frames = [upright(), Image.new("RGB", (WIDTH, HEIGHT), (0, 255, 0))]
    for kind in ("GIF", "WEBP"):
        assert looks_upright(pixels(encoded(frames[0], kind, save_all=True, append_images=frames[1:])))


def test_cmyk_with_and_without_the_marker_of_adobe() -> None:
    adobe = encoded(upright().convert("CMYK"), "JPEG", quality=95)
    assert looks_upright(pixels(adobe))
    start = adobe.index(b"\xff\xee")
    without = adobe[:start] + adobe[start + 2 + int.from_bytes(adobe[start + 2 : start + 4], "big") :]
    plain = pixels(without)  # the same numbers, not inverted: a negative
    assert not looks_upright(plain)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations(orientation: int, kind: str) -> None:
    data = turned(orientation, kind)
    decoded = decode(data, max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    assert decoded.image.size == (decoded.facts.width, decoded.facts.height) == (WIDTH, HEIGHT)
    facts = inspect(data, max_pixels=LIMIT)
    assert (facts.width, facts.height) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_orientations_of_phones(orientation: int, kind: str) -> None:
    """There the turn is in the container and EXIF repeats it: it must not be applied twice."""
    data = turned(orientation, kind)
    decoded = decode(data, max_pixels=LIMIT, min_side=None)
    assert looks_upright(decoded.image)
    facts = inspect(data, max_pixels=LIMIT)
    assert (facts.width, facts.height) == decoded.image.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize(("side", "size"), [(192, (500, 375)), (224, (1000, 750))])
def test_twelve_megapixels_are_decoded_at_an_eighth_for_a_small_model(
    side: int, size: tuple[int, int]
) -> None:
    data = encoded(upright(4000, 3000))
    assert decode(data, max_pixels=12_000_000, min_side=side).image.size == size


def test_large_jpegs_are_decoded_smaller_but_never_below_nearly_twice_the_need() -> None:
    data = encoded(upright(1600, 1200))
    decoded = decode(data, max_pixels=LIMIT, min_side=100)
    assert decoded.image.size == (400, 300)
    assert (decoded.facts.width, decoded.facts.height) == (1600, 1200)
    assert looks_upright(decoded.image)
    assert pixels(data, min_side=600).size == (1600, 1200)


def test_a_scaled_decode_stays_close_to_the_full_one() -> None:
    if not FULLSIZE.is_dir():
        pytest.skip("no real photos here")
    data = (FULLSIZE / "blue_jay.jpg").read_bytes()
    small, full = (pixels(data, side).resize((260, 174), Image.Resampling.BICUBIC) for side in (292, None))
    difference = ImageChops.difference(small, full).convert("L").histogram()
    assert sum(value * count for value, count in enumerate(difference)) / (260 * 174) < 1.0


def test_a_45_megapixel_photo_and_its_place() -> None:
    if not FULLSIZE.is_dir():
        pytest.skip("no real photos here")
    data = (FULLSIZE / "nikon_z9_45mp_gps.jpg").read_bytes()
    facts = decode(data, max_pixels=50_000_000, min_side=292).facts
    assert (facts.width, facts.height) == (8256, 5504)
    assert (facts.latitude, facts.longitude) == pytest.approx((-13.812867, 131.843778), abs=1e-5)


def test_thumbnails_are_small_upright_and_say_nothing_of_the_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera"
    data = encoded(upright(900, 1600).transpose(Image.Transpose.ROTATE_90), exif=exif, comment=b"a secret")
    small = thumbnail(data, max_pixels=LIMIT)
    with_facts = decode(small, max_pixels=LIMIT, min_side=None)
    assert with_facts.image.size == (180, 320)
    assert looks_upright(with_facts.image)
    assert b"Exif" not in small
    assert b"secret" not in small


def test_thumbnails_do_not_grow() -> None:
    small = thumbnail(encoded(upright(), "PNG"), max_pixels=LIMIT)
    assert inspect(small, max_pixels=LIMIT).width == WIDTH


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_is_of_the_upright_photo(orientation: int) -> None:
    """The dark quarter alone, at the lower right."""
    part = decode(turned(orientation, "JPEG"), max_pixels=LIMIT, min_side=None, box=Box(0.5, 0.5, 0.5, 0.5))
    assert part.image.size == (WIDTH // 2, HEIGHT // 2)
    assert near(part.image.getpixel((WIDTH // 4, HEIGHT // 4)), DARK, 20)
    assert (part.facts.width, part.facts.height) == (WIDTH, HEIGHT)


def test_a_box_keeps_the_pixels_that_its_own_side_asks_for() -> None:
    """A JPEG shrinks as it is decoded: for the box less than for the whole photo."""
    data = encoded(upright(3200, 2400))
    whole = decode(data, max_pixels=LIMIT, min_side=100).image
    part = decode(data, max_pixels=LIMIT, min_side=100, box=Box(0.1, 0.1, 0.1875, 0.25)).image
    assert whole.size in ((800, 600), (400, 300))
    assert min(part.size) >= 2 * 100


@pytest.mark.parametrize("box", [Box(0.999, 0.999, 0.001, 0.001), Box(0, 0, 1, 1), Box(0.5, 0.5, 0.6, 0.6)])
def test_a_box_is_never_empty_and_never_beyond_the_photo(box: Box) -> None:
    left, top, right, bottom = box.of(7, 5)
    assert 0 <= left < right <= 7
    assert 0 <= top < bottom <= 5
