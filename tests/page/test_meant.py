"""Page and server mean the same by photos and by litter."""

from shared.photo.litter import LITTER_KINDS, litter_of
from shared.photo.meant import (
    begins_like_photo,
    has_meant_name,
    other_detail,
    page_tables,
    suffix_of,
)
from tests.page.conftest import Visit
from tests.support.pictures import a_photo


async def test_page_and_server_mean_the_same_by_photos(visit: Visit) -> None:
    page = await (await visit()).arrive()
    box = b"\0\0\0\x18ftyp"
    heads = [
        *(bytes.fromhex(head) + b"more" for head in page_tables()["beginnings"]),
        *(a_photo(1, (9, 9), kind)[:64] for kind in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")),
        b"RIFF\0\0\0\0WAVE",
        box + b"mp42\0\0\0\0mp42heic",
        box + b"mp42\0\0\0\0mp42isom" + b"heic",  # behind the box
        box + b"crx \0\0\0\0",
        b"BM\nis a text",
        b"PK\x03\x04",
        b"bird on the wire",
        b"",
    ]
    names = [
        "x",
        "x.txt",
        "d.jpg/x",
        ".jpg",
        "..jpg",
        "x.",
        "x.JPG",
        "d/x.tar.Nef",
        "x.zip",
        "x.zip.docx",
        "é.XMP",
    ]
    found = await page.evaluate(
        """async ([names, heads]) => {
          const { others } = await import("/static/js/upload/meant.js");
          const why = others(await (await fetch("/static/meant.json")).json());
          const file = (head) => new File([Uint8Array.from(head)], "");
          return Promise.all(names.flatMap((name) => heads.map((head) => why(name, file(head)))));
        }""",
        [names, [list(head) for head in heads]],
    )
    assert found == [
        None if has_meant_name(name) or begins_like_photo(head) else other_detail(suffix_of(name))
        for name in names
        for head in heads
    ]


async def test_page_and_server_mean_the_same_by_litter(visit: Visit) -> None:
    page = await (await visit()).arrive()
    paths = [
        "@eaDir/IMG_1.JPG/x.jpg",
        "2024/@EADIR/x.jpg",
        "thumbs.DB",
        ".Trash-1000/files/a.jpg",
        "trip/Icon\r",
    ]
    paths += [
        "$Recycle.Bin/S-1/$R.JPG",
        "._line\nbreak.jpg",
        "x.crdownload",
        "@eaDir/",
        ".hidden",
        "lost+found/",
    ]
    paths += [
        "a.jpg",
        "./a.jpg",
        "../a.jpg",
        "trip//a.jpg",
        "trip/",
        "my #recycle/a.jpg",
        "@eaDir",
        "desktopXini",
    ]
    found = await page.evaluate(
        """async (paths) => {
          const { litter } = await import("/static/js/upload/litter.js");
          return paths.map(litter(await (await fetch("/static/litter.json")).json()));
        }""",
        paths,
    )
    kinds = [litter_of(path) for path in paths]
    assert found == [None if kind is None else LITTER_KINDS[kind] for kind in kinds]
