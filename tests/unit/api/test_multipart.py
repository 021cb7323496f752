"""Reading forms as a stream, however the network cuts them."""

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.multipart import MAX_HEADER_BYTES, MultipartReader, boundary_of, file_name
from shared.errors import BirdsError, Code

BOUNDARY = b"cut-here"


CHARSETS = ("", "no-such-set", "undefined", "idna", "punycode", "rot13", "hex", "unicode_escape", "mbcs")


def form(*parts: tuple[str, bytes]) -> bytes:
    pieces = [
        f'--cut-here\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'.encode() + data
        for name, data in parts
    ]
    return b"\r\n".join([*pieces, b"--cut-here--\r\n"])


def in_chunks(body: bytes, size: int) -> Callable[[], Awaitable[bytes]]:
    left = [body[start : start + size] for start in range(0, len(body), size)]

    async def read() -> bytes:
        return left.pop(0) if left else b""

    return read


async def parts_of(body: bytes, chunk: int = 7) -> list[tuple[str, bytes]]:
    reader = MultipartReader(in_chunks(body, chunk), BOUNDARY)
    found = []
    while (part := await reader.next_file()) is not None:
        name, _ = part
        data = b""
        while piece := await reader.read():
            data += piece
        found.append((name, data))
    return found


# Bytes that look like the beginning of a boundary are the hard ones.
TRICKY = st.lists(st.sampled_from([b"\r\n", b"--", b"cut", b"-here", b"x", b"\r", b"\n"]), max_size=12)


@given(st.lists(TRICKY.map(b"".join), max_size=4), st.integers(1, 60))
async def test_parts_come_out_as_they_went_in(contents: list[bytes], chunk: int) -> None:
    contents = [content for content in contents if b"\r\n--cut-here" not in b"\r\n" + content]
    parts = [(f"{place}.jpg", content) for place, content in enumerate(contents)]
    assert await parts_of(form(*parts), chunk) == parts


async def test_a_preamble_and_an_epilogue_are_skipped() -> None:
    body = b"This is a form.\r\n" + form(("a.jpg", b"1")) + b"and this its end"
    assert await parts_of(body) == [("a.jpg", b"1")]


async def test_what_is_not_read_of_a_part_is_skipped() -> None:
    reader = MultipartReader(in_chunks(form(("a", b"x" * 100), ("b", b"y")), 9), BOUNDARY)
    assert [await reader.next_file() for _ in range(3)] == [("a", {}), ("b", {}), None]


@pytest.mark.parametrize("cut", [0, 5, 20, 40, -4])
async def test_a_body_that_ends_early_is_invalid(cut: int) -> None:
    with pytest.raises(BirdsError) as raised:
        await parts_of(form(("a.jpg", b"12345"))[:cut])
    assert raised.value.code is Code.INVALID_REQUEST


async def test_an_endless_header_is_refused() -> None:
    body = b"--cut-here\r\nX: " + b"x" * (MAX_HEADER_BYTES + 100)
    with pytest.raises(BirdsError) as raised:
        await parts_of(body, 1000)
    assert raised.value.code is Code.INVALID_REQUEST


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ('filename="IMG 1.JPG"', "IMG 1.JPG"),
        ("filename=IMG.JPG", "IMG.JPG"),
        ('filename="say \\"cheese\\".jpg"', 'say "cheese".jpg'),
        ('filename="say %22cheese%22.jpg"', 'say "cheese".jpg'),
        ('filename="100% sure.jpg"', "100% sure.jpg"),
        ('filename="trip%2FIMG%200042.JPG"', "trip/IMG 0042.JPG"),
        ('filename="Köln.jpg"', "Köln.jpg"),
        ("filename*=UTF-8''K%C3%B6ln%20%2525.jpg", "Köln %25.jpg"),
        ("filename*=iso-8859-1''K%F6ln.jpg", "Köln.jpg"),
        *((f"filename*={charset}''a%20b%C3.jpg", "a b\ufffd.jpg") for charset in CHARSETS),
        ("filename=\"plain.jpg\"; filename*=UTF-8''rich%21.jpg", "rich!.jpg"),
        ('filename=""', ""),
        ('other="x"', ""),
    ],
)
def test_file_names_are_read_in_every_spelling(parameter: str, name: str) -> None:
    header = f'\r\nContent-Type: image/jpeg\r\nContent-Disposition: form-data; name="f"; {parameter}'
    assert file_name(header) == name


def test_a_part_without_a_header_has_no_name() -> None:
    assert file_name("") == ""


def test_the_boundary_is_found() -> None:
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("application/json", Code.UNSUPPORTED_MEDIA_TYPE),
        ("", Code.UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data", Code.INVALID_REQUEST),
        ("multipart/form-data; boundary=" + 71 * "x", Code.INVALID_REQUEST),
        ("multipart/form-data; boundary*=idna''xn--%ff", Code.INVALID_REQUEST),
        ("multipart/form-data; boundary=\udcff\xd2", Code.INVALID_REQUEST),
    ],
)
def test_other_bodies_are_refused(content_type: str, code: Code) -> None:
    with pytest.raises(BirdsError) as raised:
        boundary_of(content_type)
    assert raised.value.code is code
