"""Another model is promoted while a batch is being worked on: workers switch between two batches."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from scripts.embedded.servers.choice import Servers
from shared.vision.bundle import ModelClass
from tests.support.http import signed_in
from tests.support.ledger import eventually
from tests.support.models import saved
from tests.support.pictures import photos
from tests.support.processes import ROOT, System, system
from tests.support.stack import private_stack


def a_bundle(folder: Path) -> Path:
    """The smallest ConvNeXt; its answers only have to be its own."""
    classes = tuple(ModelClass(species=name) for name in ("Ostrich", "Emu", "Kiwi"))
    saved(folder, name="student", version="3", architecture="convnext_atto", classes=classes)
    return folder


async def command(running: System, name: str, *arguments: str) -> str:
    """One of our own commands, as an operator types it."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name(name),
        *arguments,
        cwd=ROOT,
        env={**os.environ, **running.stack.env},
        stdout=subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return output.decode().strip()


async def test_workers_switch_to_a_promoted_model(servers: Servers, tmp_path: Path) -> None:
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, workers=1, BIRDS_MODEL_POLL_S="0.2") as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        bundle = await asyncio.to_thread(a_bundle, tmp_path / "bundle")
        assert await command(running, "birds-train", "publish", str(bundle)) == "student@3"
        batch = await http.batch()
        await http.send(batch, photos(100))
        await command(running, "birds", "models", "promote", "student@3")

        async def student_is_active() -> bool:
            models = (await http.call("GET", "/v1/models")).body["models"]
            return any(model["active"] and model["name"] == "student" for model in models)

        await eventually(student_is_active, 60)
        await http.send(batch, photos(100, start=100))
        await http.close(batch)
        results = await http.finished(batch)
        assert len(results) == 200
        names = {result["model"] for result in results}
        assert names == {"starter@2", "student@3"}
        of_student = [result for result in results if result["model"] == "student@3"]
        assert {p["species"] for r in of_student for p in r["predictions"]} == {"Ostrich", "Emu", "Kiwi"}
        assert {result["bird_probability"] for result in of_student} == {None}
        species = (await http.call("GET", "/v1/species")).body["species"]
        assert [one["species"] for one in species] == ["Emu", "Kiwi", "Ostrich"]
        assert running.workers[0].process.poll() is None
