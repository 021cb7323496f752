"""Backup, empty servers, restore, go on: by the commands that an operator has."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.embedded.servers.choice import Servers
from shared.ledger.database import open_pool
from tests.support.http import signed_in
from tests.support.pictures import photos
from tests.support.processes import ROOT, system
from tests.support.stack import Stack, private_stack

MANY = photos(12)


async def birds_api(env: Mapping[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", *map(str, arguments)]
    return await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_batch_goes_on_where_it_was_restored(servers: Servers, stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    async with system(stack, tmp_path, workers=0) as before:
        key = await before.key("alice")
        async with signed_in(before.url, key) as alice:
            batch = await alice.batch(name="garden")
            await alice.send(batch, MANY[:6])
            assert "6 photos copied" in (await birds_api(stack.env, "backup", folder)).stdout
            sent = (await alice.send(batch, MANY[6:])).body["accepted"]
            again = (await birds_api(stack.env, "backup", folder)).stdout
            assert "6 photos copied, 6 were there, 0 are gone" in again
            after = await alice.send(await alice.batch(name="too late"), photos(1))
            assert after.status == 202
        refused = await birds_api(stack.env, "restore", folder)
        assert (refused.returncode, "in use" in refused.stderr) == (2, True)
    async with private_stack(servers) as empty:
        restored = await birds_api(empty.env, "restore", folder)
        assert restored.returncode == 0, restored.stderr
        async with open_pool(empty.postgres_url, 1) as pool:
            published = "select count(*) from photos where published_at is not null"
            assert await pool.fetchval(published) == 0, "no broker has their messages"
        async with (
            system(empty, tmp_path, BIRDS_ENGINE="null", BIRDS_MODEL="birds525") as running,
            signed_in(running.url, key) as alice,
        ):
            assert [one["name"] for one in (await alice.call("GET", "/v1/batches")).body["batches"]] == [
                "garden"
            ]
            await alice.close(batch)
            results = await alice.finished(batch)
            assert sorted(one["name"] for one in results) == sorted(name for name, _ in MANY)
            assert {one["state"] for one in results} == {"done"}
            image = await alice.call("GET", f"/v1/photos/{sent[0]['photo_id']}/image")
            assert image.body == MANY[6][1]
            well = await birds_api(empty.env, "doctor")
            assert (well.returncode, well.stdout) == (0, "0 found, 0 repaired\n"), well


async def test_what_is_no_backup_is_not_restored(stack: Stack, tmp_path: Path) -> None:
    refused = await birds_api(stack.env, "restore", tmp_path)
    assert (refused.returncode, "holds no backup" in refused.stderr) == (2, True)
