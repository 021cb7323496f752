"""What an owner has by `birds`, and no stranger: batches, their exports, keys."""

import json
import re
from pathlib import Path

import pytest

from tests.support.command import Birds
from tests.support.pictures import put
from tests.support.processes import System


@pytest.fixture
def running(live: System) -> System:
    return live


async def test_batches_are_listed_and_exported(birds: Birds, tmp_path: Path) -> None:
    await birds("classify", put(tmp_path / "f", ["1.jpg"], first=100), "--name", "my trip")
    listed = await birds("batches")
    [row] = [line for line in listed.out.splitlines() if "my trip" in line]
    batch = row.split()[0]
    assert row.split()[3:6] == ["finished", "1", "1"]
    exported = await birds("export", batch)
    assert exported.out.startswith("seq,photo_id,name,state,")
    lines = (await birds("export", batch, "--format", "jsonl")).out.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["f/1.jpg"]
    assert (await birds("export", batch, "--format", "parquet", "-o", "out.parquet")).status == 0
    assert (tmp_path / "out.parquet").read_bytes().startswith(b"PAR1")


async def test_another_owner_sees_nothing(running: System, birds: Birds, tmp_path: Path) -> None:
    batch = (await birds("classify", put(tmp_path / "f", ["1.jpg"], first=110), "--no-wait")).out.strip()
    other = Birds(tmp_path, BIRDS_URL=running.url, BIRDS_KEY=await running.key("somebody else"))
    assert batch not in (await other("batches")).out
    export = await other("export", batch, "-o", "stolen.csv")
    assert (export.status, export.err) == (2, "birds: not-found: There is no such batch.\n")
    assert not (tmp_path / "stolen.csv").exists()
    mine = await other("classify", tmp_path / "f")
    assert mine.sent == (1, 0)  # the same bytes, and still a stranger's


async def test_keys_are_made_listed_and_revoked(running: System, tmp_path: Path) -> None:
    operator = Birds(tmp_path, BIRDS_POSTGRES_URL=running.stack.postgres_url)
    made = await operator("key", "create", "carol")
    key = made.out.removesuffix("\n")
    assert (made.status, made.err, len(key.split())) == (0, "", 1)
    carol = Birds(tmp_path, BIRDS_URL=running.url, BIRDS_KEY=key)
    assert (await carol("batches")).status == 0
    listed = await operator("key", "list")
    assert "carol" in listed.out
    assert key not in listed.out
    assert (await operator("key", "revoke", "carol")).status == 0
    assert "refused the key" in (await carol("batches")).err
    assert (await operator("key", "revoke", "carol")).status == 2
    for _ in range(2):
        await operator("key", "create", "dave")
    ids = [
        word for word in (await operator("key", "list")).out.split() if re.fullmatch(r"[0-9a-f-]{36}", word)
    ]
    ambiguous = await operator("key", "revoke", ids[-1][:2])
    assert (ambiguous.status, "is ambiguous" in ambiguous.err) == (2, True)
    assert "revoked 1 key" in (await operator("key", "revoke", ids[-1][:-1])).err
