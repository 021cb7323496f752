"""`birds` beside classify: batches by the beginning of their IDs, corrections, signing in, watching."""

import asyncio
import json
import re
import signal
import stat
from pathlib import Path

import pytest

from api.client import BirdsClient, LocalFile
from shared.ledger.database import open_pool
from tests.support.command import Birds
from tests.support.ledger import eventually
from tests.support.pictures import a_photo
from tests.support.processes import System
from tests.unit.photo.metadata import ATHENS, tags
from tests.unit.photo.pictures import encoded, upright

NARROW = {"COLUMNS": "80", "FORCE_COLOR": "1"}  # as a terminal of that width
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def running(live: System) -> System:
    return live


async def classified(client: BirdsClient, folder: Path, photos: dict[str, bytes]) -> str:
    """A finished batch of `photos` by name."""
    batch = await client.create_batch("a name that is far too long for eighty columns of a terminal")
    for name, data in photos.items():
        (folder / name).write_bytes(data)
    await client.upload(batch["id"], [LocalFile.found(folder / name) for name in photos])
    await client.close(batch["id"])
    async for _ in client.results(batch["id"]):
        pass
    return batch["id"]


async def test_at_80_columns_ids_are_shown_by_which_batches_are_found(
    live: System, key: str, client: BirdsClient, tmp_path: Path
) -> None:
    ids = [
        await classified(client, tmp_path, {f"{number}.jpg": a_photo(9100 + number)}) for number in range(3)
    ]
    birds = Birds(tmp_path, BIRDS_URL=live.url, BIRDS_KEY=key, **NARROW)
    listed = STYLE.sub("", (await birds("batches", "--limit", "2")).out).splitlines()
    assert all(len(line) <= 80 for line in listed)
    shown = [line.split()[0] for line in listed[1:]]
    assert len(shown) == 2
    for short, id in zip(shown, ids[:0:-1], strict=True):
        assert id.startswith(short)
        assert len(short) < len(id)
        exported = await birds("export", short, "--format", "jsonl")
        assert json.loads(exported.out.splitlines()[0])["name"] == f"{ids.index(id)}.jpg"
    ambiguous = await birds("export", ids[0][:3])
    assert ambiguous.status == 2
    assert "is ambiguous" in ambiguous.err
    assert all(id in ambiguous.err for id in ids)
    for text, reason in (("ffffffff", "there is no batch 'ffffffff'"), ("trip", "'trip' is no ID")):
        end = await birds("export", text)
        assert (end.status, end.out) == (2, "")
        assert reason in end.err


async def test_a_batch_is_deleted_by_the_beginning_of_its_id(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    first, second = [
        await classified(client, tmp_path, {f"{number}.jpg": a_photo(9200 + number)}) for number in range(2)
    ]
    ambiguous = await birds("delete", first[:3])
    assert (ambiguous.status, "is ambiguous" in ambiguous.err) == (2, True)
    assert len([batch async for batch in client.batches()]) == 2
    deleted = await birds("delete", second.replace("-", "")[:31])
    assert deleted.status == 0
    assert f"deleted batch {second}" in deleted.err
    assert [batch["id"] async for batch in client.batches()] == [first]
    assert (await birds("delete", second)).status == 2


async def test_failed_photos_are_queued_again_where_that_may_help(
    live: System, birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    id = await classified(client, tmp_path, {"good.jpg": a_photo(9300)})
    for_good = await birds("retry", id)
    assert for_good.status == 0
    assert "nothing to try again" in for_good.err
    async with open_pool(live.stack.postgres_url, 2) as pool:  # as a worker's death would have left it
        await pool.execute(
            "update photos set state = 'failed', error_code = 'worker-crashed', error_detail = ''"
            " where batch_id = $1 and name = 'good.jpg'",
            id,
        )
        await pool.execute("update batches set done = done - 1, failed = failed + 1 where id = $1", id)
    again = await birds("retry", id[:30])
    assert again.status == 0
    assert "1 photo queued again" in again.err

    async def answered() -> bool:
        return (await client.batch(id))["counts"]["done"] == 1

    await eventually(answered)


async def test_a_person_corrects_a_photo_by_name_or_by_the_beginning_of_its_id(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    batch = await classified(client, tmp_path, {"a.jpg": a_photo(9400), "b.jpg": a_photo(9401)})
    results = {result["name"]: result["photo_id"] async for result in client.results(batch)}
    species = (await client.species())["species"][0]["species"]

    async def corrected(name: str) -> object:
        return dict(await client.photo(results[name]))["corrected_species"]

    assert (await birds("label", results["a.jpg"], species)).status == 0
    assert (await birds("label", results["b.jpg"][:-1], "Not a bird")).status == 0
    assert [await corrected("a.jpg"), await corrected("b.jpg")] == [species, "Not a bird"]
    assert (await birds("label", "b.jpg", species, "--batch", batch[:30])).status == 0
    assert await corrected("b.jpg") == species
    assert (await birds("label", results["a.jpg"], "--withdraw")).status == 0
    assert await corrected("a.jpg") is None
    unknown = await birds("label", results["a.jpg"], "Dragon")
    assert (unknown.status, "unknown-species" in unknown.err) == (2, True)
    ambiguous = await birds("label", batch[:3], species)
    assert (ambiguous.status, "is ambiguous" in ambiguous.err) == (2, True)


async def test_many_photos_are_labelled_at_once_and_that_is_taken_back(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    names = ["a.jpg", "b.jpg", "c.jpg"]
    batch = await classified(client, tmp_path, {name: a_photo(9410 + n) for n, name in enumerate(names)})

    async def words() -> list[object]:
        said = {photo["name"]: photo["corrected_species"] async for photo in client.photos(batch)}  # type: ignore[typeddict-item]
        return [said[name] for name in names]

    two = await birds("label", "a.jpg", "b.jpg", "gbhe", "--batch", batch, "--note", "far", "--count", "2")
    assert (two.status, "2 photos called gbhe, 0 left alone" in two.err) == (0, True)
    assert await words() == ["Great Blue Heron", "Great Blue Heron", None]
    rest = await birds("label", "mallard", "--batch", batch, "--query", "reviewed=false")
    assert "1 photo called mallard" in rest.err
    again = await birds("label", "--batch", batch, "--query", "species=Mallard", "--accept")
    assert "0 photos accepted, 1 left alone" in again.err
    history = await birds("labels", "b.jpg", "--batch", batch)
    assert [word in history.out for word in ("Great Blue Heron", "far", "command")] == [True] * 3
    undone = await birds("label", "--undo", "--batch", batch)
    assert "1 photo as before" in undone.err
    assert await words() == ["Great Blue Heron", "Great Blue Heron", None]
    for wrong in (["--accept"], ["a.jpg"], ["--undo"], ["x", "y", "--withdraw", "--accept"]):
        assert (await birds("label", *wrong)).status == 2
    assert (await birds("label", "gbhe", "--batch", batch, "--query", "colour=grey")).status == 2


async def test_a_server_and_its_key_are_kept_for_their_owner_alone(
    live: System, key: str, tmp_path: Path
) -> None:
    birds = Birds(tmp_path, BIRDS_DATA="")
    refused = await birds("login", f"{live.url}/#key=birds_wrong")
    assert (refused.status, "refused the key" in refused.err) == (2, True)
    config = tmp_path / "config" / "birds" / "config.toml"
    assert not config.exists()
    assert (await birds("login", f"{live.url}/#key={key}")).status == 0
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    listed = await birds("batches")
    assert (listed.status, listed.err) == (0, "")
    config.chmod(0o644)
    told = await birds("batches")
    assert (told.status, f"chmod 600 {config}" in told.err) == (0, True)
    for arguments, variables in ((("--key", "birds_wrong"), {}), ((), {"BIRDS_KEY": "birds_wrong"})):
        other = await Birds(tmp_path, BIRDS_DATA="", **variables)(*arguments, "batches")
        assert (other.status, "refused the key" in other.err) == (2, True)
    here = {"BIRDS_DATA": "", "BIRDS_KEY": "birds_wrong", "BIRDS_URL": "http://127.0.0.1:9"}
    assert (await Birds(tmp_path, **here)("--url", live.url, "--key", key, "batches")).status == 0


async def test_a_watched_folder_is_classified_as_photos_arrive_and_gone_on_with(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(a_photo(9500))

    async def answered(count: int) -> bool:
        return [batch["counts"]["done"] async for batch in client.batches()] == [count]

    watching = await birds.start("watch", "card", "--json", "--every", "0.2")
    await eventually(lambda: answered(1))
    (folder / "2.jpg.part").write_bytes(a_photo(9501))  # until it is complete
    (folder / "3.jpg").write_bytes(a_photo(9502))
    await eventually(lambda: answered(2))
    (folder / "2.jpg.part").rename(folder / "2.jpg")
    await eventually(lambda: answered(3))
    # What it has answered it may not have told yet: what it tells is what counts.
    assert watching.stdout is not None
    lines = [await asyncio.wait_for(watching.stdout.readline(), 30) for _ in range(3)]
    watching.send_signal(signal.SIGINT)
    ended = await birds.end(watching)
    assert (ended.status, ended.out) == (130, "")
    assert "run the same command again" in ended.err
    (folder / "4.jpg").write_bytes(a_photo(9503))
    again = await birds.start("watch", "card", "--json", "--every", "0.2")
    assert again.stdout is not None
    lines.append(await asyncio.wait_for(again.stdout.readline(), 60))
    await eventually(lambda: answered(4))
    again.send_signal(signal.SIGINT)
    assert (await birds.end(again)).out == ""
    names = [json.loads(line)["name"] for line in lines]
    assert sorted(names[:3]) == ["card/1.jpg", "card/2.jpg", "card/3.jpg"]
    assert names[3] == "card/4.jpg"


async def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    birds = Birds(tmp_path, _BIRDS_COMPLETE="complete_bash", COMP_WORDS="birds exp", COMP_CWORD="1")
    assert (await birds()).out.split() == ["export"]
    birds = Birds(tmp_path, _BIRDS_COMPLETE="complete_bash", COMP_WORDS="birds classify --ag", COMP_CWORD="2")
    assert (await birds()).out.split() == ["--again"]
    shown = await Birds(tmp_path, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")(
        "--show-completion", "bash"
    )
    assert (shown.status, "_BIRDS_COMPLETE" in shown.out) == (0, True)


async def test_where_and_when_is_said_of_a_batch_and_of_folders_in_it(birds: Birds, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    for minute in range(3):  # it was 11 there
        satellites = {**ATHENS, 7: (8.0, float(minute), 0.0), 29: "2023:07:01"}
        exif = tags(taken=f"2023:07:01 12:{minute:02}:00", gps=satellites).tobytes()
        (card / f"{minute}.jpg").write_bytes(encoded(upright(96 + minute), exif=exif))
    at = ("--latitude", "59.437", "--longitude", "24.7536", "--shift", "-1:00")
    await birds("classify", card, "--name", "places", "--site", "Garden", *at)
    batch = (await birds("batches", "--limit", "1")).out.splitlines()[-1].split()[0]
    said = await birds("site", batch, "--folder", "trip", "--zone", "Asia/Kathmandu")
    assert said.status == 0, said
    for word in ("Garden", "59.43700", "-3,600 s", "Asia/Kathmandu"):
        assert word in said.out
    await birds("site", batch, "--folder", "trip", "--forget")
    shown = (await birds("site", batch)).out
    assert "Garden" in shown
    assert "Kathmandu" not in shown
    wrong = await birds("site", batch, "--zone", "Mars/Base")
    assert wrong.status == 2
    assert "There is no time zone 'Mars/Base'" in wrong.err
    await birds("site", batch, "--forget")
    assert "wrong by -1:00:00" in (await birds("clock", batch)).out
    assert "the clock is shifted by -1:00:00" in (await birds("clock", batch, "--apply")).err
    assert "-3,600 s" in (await birds("site", batch)).out


async def test_a_batch_is_told_by_sightings_and_accepted_by_checking_a_few(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    frames = {
        f"{second}.jpg": encoded(
            upright(96 + second), exif=tags(taken=f"2024:05:04 12:00:{second:02}").tobytes()
        )
        for second in (0, 5, 50)
    }
    batch = await classified(client, tmp_path, frames)
    shown = await birds("sightings", batch)
    assert shown.status == 0, shown
    assert "1 sighting of 3 photos, frames at most 60 s apart" in shown.err
    anew = await birds("sightings", batch, "--gap", "10")
    assert "2 sightings of 3 photos, frames at most 10 s apart" in anew.err
    drawn = await birds("audit", batch, "--threshold", "0", "--checks", "3")
    assert drawn.status == 0, drawn
    assert "95 % interval" in drawn.out
    assert "left to look at then" in drawn.err
    refused = await birds("audit", batch, "--accept")
    assert refused.status == 2
    assert "nothing is accepted" in refused.err


async def test_a_batch_is_called_as_elsewhere_expires_and_is_cancelled(
    birds: Birds, client: BirdsClient, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(a_photo(9200))
    said = ("--client-id", "cam 3", "--metadata", "site=A=1", "--metadata", "n=2", "--expires", "30d")
    run = await birds("classify", str(tmp_path / "a.jpg"), *said)
    assert run.status == 0, run
    [batch] = [one async for one in client.batches(client_id="cam 3")]
    assert batch["metadata"] == {"site": "A=1", "n": "2"}
    assert batch["expires_at"] is not None
    nothing = await birds("cancel", batch["id"])
    assert (nothing.status, nothing.err.strip()) == (0, "nothing to cancel: 1 photo answered")
    empty = await client.create_batch("empty")
    cancelled = await birds("cancel", empty["id"])
    assert cancelled.err.strip() == "cancelled: 0 photos answered, 0 not"
    assert (await client.batch(empty["id"]))["cancelled_at"] is not None
    wrong = await birds("classify", "x", "--expires", "soon")
    assert wrong.status == 2
