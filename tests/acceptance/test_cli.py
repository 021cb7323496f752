"""The `birds` command on a running system, with an engine that answers at once."""

import csv
import io
import json
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from api.client import BirdsClient
from scripts.embedded.servers.choice import Servers
from tests.support.command import Birds
from tests.support.gateway import gateway
from tests.support.ledger import eventually
from tests.support.pictures import a_photo, put, zipped
from tests.support.processes import ROOT, System, shared_system

MANY = 500  # more than travel at once: long enough to be interrupted half-way


@pytest.fixture(scope="module")
def running(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    logs = tmp_path_factory.mktemp("cli")
    with shared_system(servers, logs, BIRDS_ENGINE="null") as running:
        yield running


async def metrics(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        return await response.text()


async def bytes_received(url: str) -> float:
    """What the api has counted of photos sent through it."""
    [line] = [
        line for line in (await metrics(url)).splitlines() if line.startswith("birds_api_photo_bytes_total ")
    ]
    return float(line.split()[1])


async def test_a_folder_is_classified(birds: Birds, tmp_path: Path) -> None:
    folder = put(tmp_path / "test", ["BALD EAGLE/1.jpg", "BALD EAGLE/2.jpg", "WREN/1.jpg", ".hidden.jpg"])
    (folder / "notes.txt").write_text("no photo")
    end = await birds("classify", folder, "--csv", "out.csv")
    assert end.status == 0, end
    assert "skipped 1 that are no photos: 1 .txt" in end.err
    assert end.sent == (3, 0)
    heading, row = (line.split() for line in end.out.splitlines()[:2])
    assert heading == ["Species", "Scientific", "name", "Photos", "Mean", "Best"]
    assert row[-3] == "3"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert sorted(row["name"] for row in rows if row["state"] == "done") == [
        "test/BALD EAGLE/1.jpg",
        "test/BALD EAGLE/2.jpg",
        "test/WREN/1.jpg",
    ]
    assert {row["name"] for row in rows if row["state"] != "done"} == {"test/.hidden.jpg", "test/notes.txt"}
    assert end.out.splitlines()[-1].startswith("batch ")


def answers(table: Path) -> list[dict[str, str]]:
    """Without the sightings, which are made once a batch is finished."""
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    return [{name: value for name, value in row.items() if name != "sighting_id"} for row in rows]


async def test_a_finished_folder_is_told_again_and_answered_anew_only_if_asked(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    folder = put(tmp_path / "f", ["1.jpg", "2.jpg"], first=10)
    first = await birds("classify", folder, "--csv", "first.csv")
    again = await birds("classify", folder, "--csv", "again.csv")
    assert (first.sent, first.status, again.status) == ((2, 0), 0, 0)
    assert "2 files answered already, 0 new" in again.err
    assert again.out.splitlines()[-1] == first.out.splitlines()[-1]  # the batch
    assert answers(tmp_path / "first.csv") == answers(tmp_path / "again.csv")
    assert len([batch async for batch in client.batches()]) == 1
    anew = await birds("classify", folder, "--again")
    assert (anew.sent, anew.status) == ((0, 2), 0)
    assert anew.out.splitlines()[-1] != first.out.splitlines()[-1]


async def test_what_came_to_a_finished_folder_is_all_that_is_answered(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    folder = put(tmp_path / "f", ["1.jpg", "2.jpg", "3.jpg"], first=20)
    archive = tmp_path / "card.zip"
    archive.write_bytes(zipped([("4.jpg", a_photo(25)), ("notes.txt", b"of the day")]))
    assert (await birds("classify", folder, archive)).sent == (4, 0)
    put(folder, ["3.jpg", "new.jpg"], first=26)  # other bytes under an old name, and a new one
    more = await birds("classify", folder, archive, "--csv", "all.csv", "--json", "--top-k", "2")
    assert "3 files answered already, 2 new" in more.err
    assert (more.sent, more.status) == ((2, 0), 0)
    told = [json.loads(line) for line in more.out.splitlines()]
    assert [one["state"] for one in told] == [*["done"] * 5, "left-out"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text())))
    assert {(row["name"], row["state"]) for row in rows} == {(one["name"], one["state"]) for one in told}
    assert Counter(row["name"] for row in rows) == Counter(
        ("card/4.jpg", "card/notes.txt", "f/1.jpg", "f/2.jpg", "f/3.jpg", "f/new.jpg")
    )
    assert {"3.jpg", "new.jpg"} < {row["name"].rpartition("/")[2] for row in rows}
    assert [batch["counts"]["accepted"] async for batch in client.batches()] == [2, 4]
    assert "5 files answered already, 0 new" in (await birds("classify", folder, archive)).err


async def test_json_is_all_there_is_on_standard_output(birds: Birds, tmp_path: Path) -> None:
    folder = put(tmp_path / "f", ["1.jpg", "2.jpg"], first=20)
    end = await birds("classify", folder, "--json", "--top-k", "2")
    assert end.status == 0
    results = [json.loads(line) for line in end.out.splitlines()]
    assert [result["seq"] for result in results] == [1, 2]
    assert {result["name"] for result in results} == {"f/1.jpg", "f/2.jpg"}
    assert all(1 <= len(result["predictions"]) <= 2 for result in results)


async def test_archives_and_large_photos_and_single_files_in_one_run(birds: Birds, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(a_photo(30, (700, 700), "BMP"))  # 1.5 MB goes straight to object storage
    archive = tmp_path / "card.zip"
    archive.write_bytes(zipped([("day 1/1.jpg", a_photo(31)), ("2.jpg", a_photo(32))]))
    single = put(tmp_path / "deep", ["3.jpg"], first=33) / "3.jpg"
    end = await birds("classify", large, archive, single, "--json")
    assert end.status == 0, end
    names = {json.loads(line)["name"] for line in end.out.splitlines()}
    assert names == {"large.png", "card/day 1/1.jpg", "card/2.jpg", "3.jpg"}
    assert end.sent == (4, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_an_interrupted_run_is_resumed_with_what_is_missing(
    running: System, birds: Birds, client: BirdsClient, key: str, tmp_path: Path, number: signal.Signals
) -> None:
    names = [f"{photo:03}.jpg" for photo in range(MANY)]
    folder = put(tmp_path / "card", names, first=1000 * number)
    before = await bytes_received(running.url)

    async def half_way() -> bool:
        return any([batch["counts"]["accepted"] > MANY / 5 async for batch in client.batches()])

    async with gateway(running.url) as way:
        way.groups = 3
        process = await Birds(tmp_path, BIRDS_URL=way.url, BIRDS_KEY=key).start("classify", folder)
        await eventually(half_way, pause_s=0.01)
        process.send_signal(number)
        first = await birds.end(process)
        way.go_on.set()
    again = await birds("classify", folder)

    there = int(again.err.split("resuming batch ")[1].split(": ")[1].split(" of ")[0])
    assert MANY / 5 < there < MANY
    assert f"{there} of {MANY} photos already there" in again.err
    assert again.sent == (MANY - there, there)
    size = sum((folder / name).stat().st_size for name in names)
    assert await bytes_received(running.url) - before == size  # no photo travelled twice
    assert again.status == 0
    if number is signal.SIGINT:
        assert (first.status, first.out) == (130, "")
        assert "run the same command again" in first.err
    [batch] = [batch async for batch in client.batches()]
    assert batch["state"] == "finished"
    assert batch["counts"] == {"accepted": MANY, "queued": 0, "done": MANY, "failed": 0}


async def test_a_run_outlives_a_crash_of_the_api(
    running: System, birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    folder = put(tmp_path / "card", [f"{photo:03}.jpg" for photo in range(MANY)], first=50_000)
    process = await birds.start("classify", folder)

    async def begun() -> bool:
        return any([batch["counts"]["accepted"] > 0 async for batch in client.batches()])

    await eventually(begun, pause_s=0.01)
    await running.apis[0].stop(signal.SIGKILL)
    await running.restart_api()
    end = await birds.end(process)
    assert end.status == 0, end
    [batch] = [batch async for batch in client.batches()]
    assert batch["counts"]["done"] == MANY


async def test_a_closed_batch_is_followed_to_its_end(birds: Birds, tmp_path: Path) -> None:
    folder = put(tmp_path / "f", [f"{photo:03}.jpg" for photo in range(MANY // 2)], first=60_000)
    left = await birds("classify", folder, "--no-wait")
    assert left.status == 0
    batch = left.out.strip()
    end = await birds("classify", folder)
    assert end.status == 0
    if "resuming" in end.err:  # else it was finished before we looked
        assert f"resuming batch {batch}: {MANY // 2} of {MANY // 2}" in end.err
        assert end.out.splitlines()[-1] == f"batch {batch}"


async def test_what_fails_or_is_refused_is_told_and_gives_status_1(birds: Birds, tmp_path: Path) -> None:
    folder = put(tmp_path / "f", ["good.jpg"], first=70)
    (folder / "empty.jpg").touch()
    (folder / "text.jpg").write_text("bird on the wire")
    (tmp_path / "notes.txt").write_text("sent since it was named")
    end = await birds("classify", folder, tmp_path / "notes.txt")
    assert end.status == 1
    for name, code in (
        ("f/empty.jpg", "empty-file"),
        ("f/text.jpg", "unsupported-type"),
        ("notes.txt", "unsupported-type"),
    ):
        assert f"failed {name}: {code}: " in end.out
    assert "1 photo answered" in end.out
    assert "3 failed" in end.out


async def test_a_full_backlog_is_waited_for(
    running: System, key: str, client: BirdsClient, tmp_path: Path
) -> None:
    narrow = await running.add_api(BIRDS_BACKLOG_MAX="50", BIRDS_RETRY_AFTER_S="1")
    full = put(tmp_path / "full", [f"{photo:03}.jpg" for photo in range(50)], first=70_000)
    folder = put(tmp_path / "f", [f"{photo:03}.jpg" for photo in range(20)], first=80_000)
    birds = Birds(tmp_path, BIRDS_URL=narrow.url, BIRDS_KEY=key)
    [worker] = running.workers

    async def refused() -> bool:
        return 'status="429"' in await metrics(narrow.url)

    worker.send(signal.SIGSTOP)
    try:
        await client.upload((await client.create_batch())["id"], full.iterdir())  # by way of the other api
        process = await birds.start("classify", folder)
        await eventually(refused)
    finally:
        worker.send(signal.SIGCONT)
    end = await birds.end(process)
    assert end.status == 0, end
    assert end.sent == (20, 0)


async def test_without_storage_in_reach_photos_go_through_the_api(
    running: System, key: str, tmp_path: Path
) -> None:
    cut_off = await running.add_api(BIRDS_S3_PUBLIC_ENDPOINT="http://127.0.0.1:9")
    for number in range(3):
        (tmp_path / f"{number}.bmp").write_bytes(a_photo(90 + number, (700, 700), "BMP"))
    end = await Birds(tmp_path, BIRDS_URL=cut_off.url, BIRDS_KEY=key)("classify", *tmp_path.glob("*.bmp"))
    assert end.status == 0, end
    assert end.sent == (3, 0)


async def test_what_can_not_run_says_why_in_one_line(running: System, key: str, tmp_path: Path) -> None:
    put(tmp_path, ["1.jpg"])
    (tmp_path / "empty").mkdir()

    async def reason(path: str, **env: str) -> str:
        end = await Birds(tmp_path, **env)("classify", path)
        assert (end.status, end.out, end.err.count("\n")) == (2, "", 1), end
        return end.err

    here = {"BIRDS_URL": running.url, "BIRDS_KEY": key}
    assert "No such file" in await reason("missing.jpg", **here)
    assert "no photos in empty" in await reason("empty", **here)
    assert "refused the key" in await reason("1.jpg", **{**here, "BIRDS_KEY": "birds_wrong"})
    assert "Connection refused" in await reason("1.jpg", **{**here, "BIRDS_URL": "http://127.0.0.1:9"})
    assert "no server" in await reason("1.jpg")


async def test_models_are_listed_and_promoted(running: System, birds: Birds, tmp_path: Path) -> None:
    operator = Birds(tmp_path, **running.stack.env)
    [row] = [line for line in (await birds("models", "list")).out.splitlines() if "birds525@1" in line]
    assert row.split()[0] == "active"
    assert (await operator("models", "promote", "birds525")).status == 0
    broken = shutil.copytree(ROOT / "shared" / "vision" / "models" / "birds525", tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no tensors")
    end = await operator("models", "promote", f"folder:{broken}")
    assert end.status == 1, end
    assert "can't be loaded" in end.err
    assert "birds525" in (await birds("models", "list")).out.split("active", 1)[1].splitlines()[0]
    assert (await operator("models", "promote", "birds525")).status == 0
    assert (await operator("models", "promote", f"folder:{broken}", "--no-wait")).status == 0
    assert (await operator("models", "promote", "birds525")).status == 0
    for reference, reason in (
        ("no such model", "names no model"),
        ("student@7", "not in the model registry"),
        ("folder:/no/where", "No such file"),
    ):
        end = await operator("models", "promote", reference)
        assert end.status == 2
        assert reason in end.err
