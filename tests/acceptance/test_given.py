"""Every file that a person gives is accounted for, and no file harms another, whatever is on the way."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.client import BirdsApiError, BirdsClient, LocalFile, Outcome
from scripts.embedded.servers.choice import Servers
from tests.support.command import Birds
from tests.support.gateway import gateway
from tests.support.pictures import a_photo, zipped
from tests.support.processes import System, shared_system

LARGE = (700, 700)  # a bitmap of 1.5 MB: more than a block, so that it can fail in its middle


@pytest.fixture(scope="module")
def running(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Storage is out of reach of clients: all goes through the api, and through what stands before it."""
    logs = tmp_path_factory.mktemp("given")
    with shared_system(
        servers, logs, BIRDS_ENGINE="null", BIRDS_S3_PUBLIC_ENDPOINT="http://127.0.0.1:9"
    ) as running:
        yield running


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


async def test_every_file_of_a_mixed_folder_is_accounted_for(birds: Birds, tmp_path: Path) -> None:
    card = tmp_path / "card"
    put(card / "1.jpg", a_photo(1))
    put(card / "day 1.zip", zipped([("a.jpg", a_photo(2)), ("b.jpg", a_photo(3))]))
    put(card / "text.jpg", b"bird on the wire")
    put(card / "._1.jpg", b"litter")
    put(card / "@eaDir" / "1.jpg" / "thumb.jpg", a_photo(4))
    put(card / "notes.txt", b"no photo")
    (card / "gone.jpg").symlink_to(tmp_path / "nowhere")
    end = await birds("classify", card, "--json", "--verbose")
    assert end.status == 1, end
    assert "8 files given: 3 answered, 2 refused, 3 left out" in end.err
    assert "left out card/@eaDir/1.jpg/thumb.jpg: " in end.err
    lines = {line["name"]: line for line in map(json.loads, end.out.splitlines())}
    assert len(lines) == 8
    states = {name: (line["state"], (line["error"] or {}).get("code")) for name, line in lines.items()}
    assert states["card/1.jpg"] == ("done", None)
    assert states["card/text.jpg"] == ("refused", "unsupported-type")
    assert states["card/gone.jpg"] == ("refused", "unreadable")
    for name in ("card/._1.jpg", "card/@eaDir/1.jpg/thumb.jpg", "card/notes.txt"):
        assert states[name] == ("left-out", "left-out")


async def test_two_cameras_are_told_apart_and_their_same_bytes_told(birds: Birds, tmp_path: Path) -> None:
    for camera, first in (("CamA", 10), ("CamB", 20)):
        for number in range(2):
            put(tmp_path / camera / "DCIM" / f"IMG_{number}.JPG", a_photo(first + number))
        put(tmp_path / camera / "DCIM" / "IMG_9.JPG", a_photo(30))
    end = await birds("classify", "CamA/DCIM", "CamB/DCIM", "--csv", "out.csv")
    assert end.status == 0, end
    names = [row["name"] for row in csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text()))]
    assert sorted(names) == [
        f"{camera}/DCIM/IMG_{number}.JPG" for camera in ("CamA", "CamB") for number in (0, 1, 9)
    ]
    assert "same CamB/DCIM/IMG_9.JPG: the same bytes as CamA/DCIM/IMG_9.JPG" in end.out
    assert "6 files given: 6 answered" in end.out


async def test_a_path_longer_than_a_server_takes_is_answered_like_the_others(
    birds: Birds, tmp_path: Path
) -> None:
    deep = tmp_path / "f" / "/".join(["d" * 200] * 6)
    put(deep / "deep.jpg", a_photo(40))
    put(tmp_path / "f" / "new\nline.jpg", a_photo(41))
    os.rename(put(tmp_path / "f" / "x", a_photo(42)), os.fsencode(tmp_path / "f") + b"/gr\xfcn.jpg")
    end = await birds("classify", "f", "--json")
    assert end.status == 0, end
    names = {json.loads(line)["name"][-12:] for line in end.out.splitlines()}
    assert names == {"ddd/deep.jpg", "f/gr?n.jpg", "/newline.jpg"}


async def test_what_stands_before_the_server_takes_only_small_requests(
    running: System, key: str, tmp_path: Path
) -> None:
    for number in range(12):
        put(tmp_path / "f" / f"{number:02}.jpg", a_photo(100 + number, (200, 200), "BMP"))  # 120 kB
    put(tmp_path / "f" / "large.bmp", a_photo(120, LARGE, "BMP"))
    async with gateway(running.url, max_body=400_000) as way:
        end = await Birds(tmp_path, BIRDS_URL=way.url, BIRDS_KEY=key)("classify", "f")
    assert end.status == 1, end
    assert "13 files given: 12 answered, 1 refused" in end.out
    assert "failed f/large.bmp: http-413: " in end.out
    assert "413 Request Entity Too Large, says nginx/1.24.0" in end.out
    assert way.refused <= 8  # once refused, no larger one is tried again


async def test_moments_without_an_answer_are_waited_out(running: System, key: str, tmp_path: Path) -> None:
    paths = [put(tmp_path / f"{number}.jpg", a_photo(130 + number)) for number in range(3)]
    async with gateway(running.url) as way, BirdsClient(way.url, key) as client:
        batch = await client.create_batch()
        way.answers = [502, 504, 522]
        outcomes = await client.upload(batch["id"], paths)
        assert way.answers == []
    assert [outcome.reason for outcome in outcomes] == [None] * 3


@pytest.mark.parametrize("status", [200, 401])
async def test_a_page_is_told_as_what_it_is(running: System, key: str, tmp_path: Path, status: int) -> None:
    path = put(tmp_path / "1.jpg", a_photo(140))
    async with gateway(running.url) as way, BirdsClient(way.url, key) as client:
        batch = await client.create_batch()
        way.answers = [status]
        with pytest.raises(BirdsApiError, match=f"http-{status}: .*{status} A Page, says nginx"):
            await client.upload(batch["id"], [path])


async def test_a_firewall_that_dislikes_a_file_keeps_no_other_out(
    running: System, key: str, tmp_path: Path
) -> None:
    paths = [put(tmp_path / f"{number}.jpg", a_photo(150 + number)) for number in range(4)]
    async with gateway(running.url) as way, BirdsClient(way.url, key) as client:
        batch = await client.create_batch()
        way.answers = [403, 403, 403]  # four, two, and the first by itself
        outcomes = await client.upload(batch["id"], paths)
    refused = [(outcome.name, outcome.reason["code"]) for outcome in outcomes if outcome.reason]
    assert refused == [("0.jpg", "http-403")]
    assert len(outcomes) == 4


class Puller:
    """Pulls the card: cuts a file off as soon as bytes are on their way."""

    def __init__(self, path: Path, left: int) -> None:
        self._path = path
        self._left = left

    def bytes_sent(self, _: int) -> None:
        if self._path.stat().st_size > self._left:
            os.truncate(self._path, self._left)

    def settled(self, outcome: Outcome) -> None:
        pass


@pytest.mark.parametrize("last", [False, True])
async def test_a_file_that_fails_while_it_is_sent_is_told_once_and_costs_no_neighbour(
    client: BirdsClient, tmp_path: Path, last: bool
) -> None:
    names = ["0.jpg", "bad.bmp"] if last else ["0.jpg", "bad.bmp", "1.jpg"]
    for number, name in enumerate(names, 160 + 10 * last):
        data = a_photo(number, LARGE, "BMP") if name == "bad.bmp" else a_photo(number)
        put(tmp_path / name, data)
    files = [LocalFile.found(tmp_path / name) for name in names]
    batch = await client.create_batch()
    outcomes = await client.upload(batch["id"], files, watch=Puller(tmp_path / "bad.bmp", 600_000))
    assert sorted(outcome.name for outcome in outcomes) == sorted(names)
    refused = [(outcome.name, outcome.reason["code"]) for outcome in outcomes if outcome.reason]
    assert refused == [("bad.bmp", "unreadable")]
    await client.close(batch["id"])
    results = [result async for result in client.results(batch["id"])]
    assert sorted(result["name"] for result in results) == sorted(set(names) - {"bad.bmp"})
