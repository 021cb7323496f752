"""Another model is promoted while a batch is being worked on: workers switch between two batches.

From torch to ONNX and to a model of the hub, as one worker may have to in its life.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from scripts.embedded.servers.choice import Servers
from shared.vision.bundle import ModelClass
from tests.support.http import signed_in
from tests.support.hub import put_into_cache, repository
from tests.support.ledger import eventually
from tests.support.models import saved
from tests.support.onnx_models import onnx_bundle
from tests.support.pictures import photos
from tests.support.processes import ROOT, System, system
from tests.support.stack import private_stack

EACH = 40  # photos sent to each model: some batches


def a_bundle(folder: Path) -> Path:
    """The smallest ConvNeXt; its answers only have to be its own."""
    classes = tuple(ModelClass(species=name) for name in ("Ostrich", "Emu", "Kiwi"))
    saved(folder, name="student", version="3", architecture="convnext_atto", classes=classes, license="mit")
    return folder


async def command(running: System, name: str, *arguments: str) -> str:
    """One of our own commands, as an operator types it."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name(name),
        *arguments,
        cwd=ROOT,
        env={**os.environ, **running.stack.env, **running.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, said = await process.communicate()
    assert process.returncode == 0, arguments
    return (output or said).decode().strip()


async def test_workers_switch_to_a_promoted_model(servers: Servers, tmp_path: Path) -> None:
    put_into_cache(tmp_path / "hub", "someone/birds-of-here", repository())
    async with (
        private_stack(servers) as stack,
        system(
            stack,
            tmp_path,
            workers=1,
            BIRDS_MODEL_POLL_S="0.2",
            BIRDS_PRECISION="fp32",  # as it is told: four models would be measured, each for some seconds
            BIRDS_MODEL_CACHE=str(tmp_path / "models"),
            HF_HUB_CACHE=str(tmp_path / "hub"),
            HF_HUB_OFFLINE="1",
        ) as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        bundle = await asyncio.to_thread(a_bundle, tmp_path / "bundle")
        assert await command(running, "birds-train", "publish", str(bundle)) == "student@3"
        await asyncio.to_thread(
            onnx_bundle, tmp_path / "onnx", name="colours", version="4", license="cc-by-nc-4.0"
        )
        assert await command(running, "birds-train", "publish", str(tmp_path / "onnx")) == "colours@4"
        batch = await http.batch()

        async def send(first: int) -> None:
            await http.send(batch, photos(EACH, start=first))

        async def promoted(reference: str, name: str) -> str:
            said = await command(running, "birds", "models", "promote", reference)

            async def is_active() -> bool:
                models = (await http.call("GET", "/v1/models")).body["models"]
                return any(model["active"] and model["name"] == name for model in models)

            await eventually(is_active, 60)
            return said

        await send(0)
        assert "licence of its weights: mit" in await promoted("student@3", "student")
        await send(EACH)
        assert "licence of its weights: cc-by-nc-4.0" in await promoted("colours@4", "colours")
        await send(2 * EACH)
        assert "out of reach" in await promoted("hf:someone/birds-of-here", "birds-of-here")
        await send(3 * EACH)
        await http.close(batch)
        results = await http.finished(batch)
        assert len(results) == 4 * EACH
        by_model = {
            name: [result for result in results if result["model"].partition("@")[0] == name]
            for name in ("birds525", "student", "colours", "birds-of-here")
        }
        assert sum(len(found) for found in by_model.values()) == 4 * EACH
        assert all(by_model.values())
        of_student = by_model["student"]
        assert {p["species"] for r in of_student for p in r["predictions"]} == {"Ostrich", "Emu", "Kiwi"}
        assert {result["bird_probability"] for result in of_student} == {None}
        of_hub = by_model["birds-of-here"]
        assert {p["species"] for r in of_hub for p in r["predictions"]} == {"Northern Raven", "Mallard"}
        assert all(0 < result["bird_probability"] < 1 for r in (of_hub, by_model["colours"]) for result in r)
        species = (await http.call("GET", "/v1/species")).body["species"]
        assert [one["species"] for one in species] == ["Mallard", "Northern Raven"]
        models = (await http.call("GET", "/v1/models")).body["models"]
        assert {model["name"]: model["license"] for model in models} == {
            "birds525": "apache-2.0",
            "student": "mit",
            "colours": "cc-by-nc-4.0",
            "birds-of-here": "cc-by-nc-4.0",
        }
        assert running.workers[0].process.poll() is None
