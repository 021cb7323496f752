"""A client that a stranger's generator makes of `/openapi.json` sends photos, and fetches what is no JSON."""

import asyncio
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pyarrow.parquet
from PIL import Image

from tests.support.pictures import a_photo, zipped
from tests.support.processes import System

# Media types that the generator knows nothing of: it is told that they are bytes.
GENERATOR = """
content_type_overrides:
  image/jpeg: application/octet-stream
"""
PROGRAM = """
import io, json, sys
from pathlib import Path
from generated import AuthenticatedClient
from generated.api.batches import batches_close, batches_create
from generated.api.classify import classify_classify
from generated.api.exports import exports_download
from generated.api.photos import photos_image, photos_label, photos_thumbnail
from generated.api.photos_in import photos_in_upload
from generated.api.results import results_read
from generated.models import (
    ClassifyClassifyFilesBody, ExportsDownloadExportFormat, NewBatch, NewLabel, PhotosInUploadBody
)
from generated.types import File

client = AuthenticatedClient(sys.argv[1], token=sys.argv[2], raise_on_unexpected_status=True, timeout=60)
batch = batches_create.sync(client=client, body=NewBatch(name="generated"))
form = PhotosInUploadBody([File(open(name, "rb"), name) for name in ("a.jpg", "b.jpg", "more.zip")])
receipt = photos_in_upload.sync(batch.id, client=client, body=form)
batches_close.sync(batch.id, client=client)
results = []
while len(results) < 3:
    after = results[-1].seq if results else 0
    results += results_read.sync(batch.id, client=client, after=after, wait=30.0).results
[first] = [result for result in results if result.name == "a.jpg"]
for name, call in (("image", photos_image), ("thumbnail", photos_thumbnail)):
    Path(name).write_bytes(call.sync(first.photo_id, client=client).payload.read())
Path("export.csv").write_text(exports_download.sync(batch.id, client=client), newline="")
for kind in ("jsonl", "parquet"):
    wanted = ExportsDownloadExportFormat(kind)
    export = exports_download.sync_detailed(batch.id, client=client, format_=wanted)
    Path(f"export.{kind}").write_bytes(export.content)
photo = Path("c.jpg").read_bytes()
alone = classify_classify.sync(client=client, body=File(io.BytesIO(photo)), name="raw")
form = ClassifyClassifyFilesBody(File(io.BytesIO(photo), "form.jpg"))
alone_in_form = classify_classify.sync(client=client, body=form)
corrected = photos_label.sync(first.photo_id, client=client, body=NewLabel("Not a bird"))
print(json.dumps({
    "accepted": [photo.name for photo in receipt.accepted],
    "results": {result.name: result.predictions[0].species for result in results},
    "alone": [alone.name, alone_in_form.name],
    "corrected": corrected.species,
}))
"""


def run(folder: Path, *command: str) -> str:
    """What it says. The generator looks for a formatter beside itself."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(folder)}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


async def test_a_generated_client_uploads_and_downloads(live: System, tmp_path: Path) -> None:
    key = await live.key("generated client")
    async with aiohttp.ClientSession() as session, session.get(f"{live.url}/openapi.json") as response:
        (tmp_path / "openapi.json").write_bytes(await response.read())
    (tmp_path / "generator.yml").write_text(GENERATOR)
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        (tmp_path / name).write_bytes(a_photo(7000 + number))
    (tmp_path / "more.zip").write_bytes(zipped([("d.jpg", a_photo(7003))]))
    (tmp_path / "program.py").write_text(PROGRAM)
    generator = str(Path(sys.executable).with_name("openapi-python-client"))
    generate = [generator, "generate", "--path", "openapi.json", "--config", "generator.yml"]
    generate += ["--meta", "none", "--output-path", "generated"]
    await asyncio.to_thread(run, tmp_path, *generate)
    said = json.loads(await asyncio.to_thread(run, tmp_path, sys.executable, "program.py", live.url, key))

    assert len(said["accepted"]) == len(said["results"]) == 3
    assert said["accepted"][:2] == ["a.jpg", "b.jpg"]
    assert all(said["results"].values())
    assert said["alone"] == ["raw", "form.jpg"]
    assert said["corrected"] == "Not a bird"
    assert (tmp_path / "image").read_bytes() == a_photo(7000)
    with Image.open(tmp_path / "thumbnail") as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (96, 72))
    assert (tmp_path / "export.csv").read_text().startswith("seq,photo_id,name,state,")
    lines = (tmp_path / "export.jsonl").read_text().splitlines()
    assert {json.loads(line)["name"] for line in lines if "name" in json.loads(line)} >= {"a.jpg", "b.jpg"}
    table = pyarrow.parquet.read_table(io.BytesIO((tmp_path / "export.parquet").read_bytes()))
    assert set(table.column("name").to_pylist()) == set(said["results"])
