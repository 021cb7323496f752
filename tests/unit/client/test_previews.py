"""Raw files are sent as their previews, with the answer and the facts that the raw itself would get."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from api.client.files import LocalFile
from api.client.previews import with_previews
from shared.photo.decode import decode
from tests.support import raws

LIMIT = 10_000_000
GOOD = raws.preview(size=(960, 640))


def files(folder: Path, **contents: bytes) -> list[LocalFile]:
    found = []
    for number, (name, data) in enumerate(contents.items()):
        path = folder / f"given-{number}"
        path.write_bytes(data)
        found.append(LocalFile(str(path), name.replace("_", "."), len(data)))
    return found


@pytest.mark.parametrize("orientation", [1, 6, 3])
def test_a_preview_has_the_facts_of_its_raw(tmp_path: Path, orientation: int) -> None:
    data = raws.nef(GOOD, orientation) + bytes(1_000_000)
    [file] = files(tmp_path, IMG_NEF=data)
    [sent] = with_previews([file], tmp_path)
    assert (sent.name, sent.size) == (file.name, Path(sent.path).stat().st_size)
    assert sent.size < file.size / 5
    both = (data, Path(sent.path).read_bytes())
    whole, part = (decode(one, max_pixels=LIMIT, min_side=None) for one in both)
    assert replace(part.facts, content_type=whole.facts.content_type) == whole.facts
    assert whole.facts.latitude == pytest.approx(52.5)
    assert part.image.tobytes() == whole.image.tobytes()


def test_the_same_raw_gives_the_same_bytes_again(tmp_path: Path) -> None:
    [file] = files(tmp_path, IMG_CR3=raws.cr3(GOOD))
    first = with_previews([file], tmp_path)[0].sha256()
    assert with_previews([file], tmp_path)[0].sha256() == first


def test_what_has_no_good_preview_is_sent_as_it_is(tmp_path: Path) -> None:
    given = files(
        tmp_path,
        photo_jpg=GOOD,
        named_CR2=GOOD,
        sensor_dng=raws.sensor_dng(),
        small_cr2=raws.cr2(raws.preview(size=(160, 120))),
        cut_arw=raws.arw(GOOD)[:12_000],
        empty_nef=b"",
    )
    gone = LocalFile(str(tmp_path / "gone.NEF"), "gone.NEF", 10)
    assert with_previews([*given, gone], tmp_path) == [*given, gone]


def test_nothing_of_the_server_is_needed() -> None:
    lines = "import sys, api.client; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True).stdout
    assert "api.client.previews" in loaded.split()
    assert not {"PIL", "rawpy", "numpy", "pydantic"} & set(loaded.split())
