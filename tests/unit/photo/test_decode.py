import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from shared.errors import BirdsError, Code
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


def failure(data: bytes, max_pixels: int = LIMIT) -> Code:
    with pytest.raises(BirdsError) as caught:
        decode(data, max_pixels=max_pixels, min_side=None)
    return caught.value.code


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


def test_large_jpegs_are_decoded_smaller_but_never_below_twice_the_need() -> None:
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_cut_off_files(kind: str, part: float) -> None:
    noise = Image.effect_noise((200, 160), 80).convert("RGB")
    data = encoded(noise, kind)
    assert failure(data[: int(len(data) * part)]) in (Code.TRUNCATED_IMAGE, Code.CORRUPT_IMAGE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF"])
def test_files_cut_off_in_their_pixels_are_called_so(kind: str) -> None:
    data = encoded(Image.effect_noise((200, 160), 80).convert("RGB"), kind)
    assert failure(data[: len(data) * 3 // 4]) == Code.TRUNCATED_IMAGE


def test_what_is_no_photo() -> None:
    assert failure(b"") == Code.EMPTY_FILE
    assert failure(b"these are words") == Code.UNSUPPORTED_TYPE
    assert failure(b"PK\x03\x04" + bytes(40)) == Code.UNSUPPORTED_TYPE
    assert failure(b"\xff\xd8\xff" + bytes(40)) == Code.CORRUPT_IMAGE


def test_raw_files_of_cameras_are_not_taken_for_their_preview() -> None:
    preview = tiff_with({254: 1})
    dng = tiff_with({50706: b"\x01\x04\x00\x00"})
    assert failure(preview) == failure(dng) == Code.UNSUPPORTED_TYPE


def tiff_with(tags: dict[int, object]) -> bytes:
    return encoded(upright(), "TIFF", tiffinfo=tags)


def test_bombs_are_refused_before_a_pixel_is_decoded() -> None:
    assert failure(png(50_000, 50_000, data=zlib.compress(bytes(1000)))) == Code.TOO_MANY_PIXELS
    gif = bytearray(encoded(upright(), "GIF"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    assert failure(bytes(gif)) == Code.TOO_MANY_PIXELS
    assert failure(encoded(Image.new("L", (4000, 4000)), "WEBP")) == Code.TOO_MANY_PIXELS
    assert failure(png(11, 10), max_pixels=100) == Code.TOO_MANY_PIXELS


def test_a_frame_larger_than_its_canvas() -> None:
    gif = bytearray(encoded(upright(), "GIF"))
    frame = gif.index(b"\x2c" + struct.pack("<HHHH", 0, 0, WIDTH, HEIGHT))
    gif[frame + 5 : frame + 9] = struct.pack("<HH", 60_000, 60_000)
    assert failure(bytes(gif)) == Code.TOO_MANY_PIXELS


@pytest.mark.parametrize("chunk", [b"zTXt", b"iTXt", b"iCCP"])
def test_text_that_unpacks_to_gigabytes(chunk: bytes) -> None:
    text = zlib.compress(bytes(80_000_000), 9)
    head = {b"zTXt": b"key\x00\x00", b"iTXt": b"key\x00\x01\x00\x00\x00", b"iCCP": b"key\x00\x00"}[chunk]
    data = png(8, 8, (chunk, head + text))
    assert failure(data) == Code.TOO_MANY_PIXELS


def test_a_small_block_of_noise_after_the_header_never_escapes() -> None:
    good = encoded(upright())

    @settings(deadline=None, max_examples=80)
    @given(st.data())
    def damaged(data: st.DataObject) -> None:
        photo = bytearray(good)
        for _ in range(data.draw(st.integers(1, 6))):
            photo[data.draw(st.integers(3, len(photo) - 1))] = data.draw(st.integers(0, 255))
        _decodes_or_says_why(bytes(photo))

    damaged()


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_no_damage_raises_anything_else(kind: str, changes: list[tuple[float, int]]) -> None:
    photo = bytearray(SAMPLES[kind])
    for place, value in changes:
        photo[min(int(place * len(photo)), len(photo) - 1)] = value
    _decodes_or_says_why(bytes(photo))


SAMPLES = {
    kind: encoded(upright(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
}


ABOUT_THE_BYTES = {Code.UNSUPPORTED_TYPE, Code.CORRUPT_IMAGE, Code.TRUNCATED_IMAGE, Code.TOO_MANY_PIXELS}


def _decodes_or_says_why(photo: bytes) -> None:
    assert _code(lambda: inspect(photo, max_pixels=LIMIT)) in {None, *ABOUT_THE_BYTES}
    assert _code(lambda: pixels(photo, 40)) in {None, *ABOUT_THE_BYTES}


def _code(attempt: Callable[[], object]) -> Code | None:
    try:
        attempt()
    except BirdsError as error:
        return error.code
    return None


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
