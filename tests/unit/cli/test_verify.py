"""A handover adds up and is as it was made; whoever changes it is found out, without a server."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.cli.handover.verify import MANIFEST, verified_folder, verify_folder
from api.cli.running import CouldNotRunError
from api.http.export.archive import stream_zip
from api.http.export.handover import Handover
from api.http.schemas.exports import ExportFormat
from tests.unit.api.formats.batch import REFUSED, Kept, a_batch, about


def made(folder: Path, formats: list[ExportFormat]) -> Path:
    photos = a_batch()
    handover = Handover(formats, "https://birds.example/v1/photos/{}/image")
    handover.survey(photos)
    handover.survey_refused(REFUSED)
    files = handover.files(about(photos))
    last = MANIFEST, partial(handover.manifest, about(photos))

    async def all() -> bytes:
        read_at = about(photos).read_at
        return b"".join([block async for block in stream_zip(files, Kept(photos), read_at, last)])

    with zipfile.ZipFile(io.BytesIO(asyncio.run(all()))) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = made(tmp_path_factory.mktemp("handover"), list(ExportFormat))
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def folder(whole: dict[str, bytes], tmp_path: Path) -> Path:
    for name, data in whole.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_all_formats_of_one_moment_add_up(folder: Path) -> None:
    verified = verified_folder(folder)
    assert verified.faults == []
    said = verified.manifest
    photos = a_batch()
    done = len(photos) - 2
    assert said["counts"] == {
        "accepted": done + 2, "queued": 0, "done": done, "failed": 2, "refused": 1, "left_out": 1
    }  # fmt: skip
    assert said["reviewed"] == sum(one.corrected_species is not None for one in photos)
    assert said["models"] == [{"model": "student@3", "sha256": "ab" * 32, "photos": 40}]
    assert set(said["formats"]) == {*ExportFormat}
    assert said["scoring"]["threshold"] == 0.5
    assert said["formats"]["ebird"]["files"] == ["ebird.csv"]
    assert said["formats"]["ebird"]["left_out"]["no-place"] == 1


def changed(folder: Path, name: str) -> str:
    path = folder / name
    data = path.read_bytes()
    path.write_bytes(data[:-2] + b"7" + data[-1:])
    return name


def added(folder: Path) -> str:
    (folder / "camtrap-dp" / "more.csv").write_text("")
    return "camtrap-dp/more.csv"


def removed(folder: Path) -> str:
    (folder / "ebird.csv").unlink()
    return "ebird.csv"


@pytest.mark.parametrize(
    "tamper",
    [
        *(partial(changed, name=name) for name in ("results.csv", "results.parquet", "dwca/meta.xml")),
        added,
        removed,
    ],
)
def test_who_changes_a_file_is_found_out(tamper: Callable[[Path], str], folder: Path) -> None:
    name = tamper(folder)
    [fault] = verified_folder(folder).faults
    assert fault.startswith(f"{name}: ")


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """By somebody who writes the manifest anew, digests and all."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    change(manifest)
    for name in manifest["files"]:
        data = (folder / name).read_bytes() if ".." not in name else b""
        manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return verified_folder(folder).faults


def test_who_drops_a_row_and_writes_a_new_digest_is_found_out(folder: Path) -> None:
    media = folder / "camtrap-dp" / "media.csv"
    media.write_bytes(b"\r\n".join(media.read_bytes().split(b"\r\n")[:-2]) + b"\r\n")
    [fault] = rewritten(folder, lambda manifest: None)
    assert fault.startswith("camtrap-dp/media.csv: it has")


@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        (("counts", "done"), 1, "accepted is not queued, done and failed together"),
        (("rows", "failed"), 3, "the ledger says 2 failed, the rows 3"),
        (("reviewed",), 1, "reviewers: they are not those"),
        (("rows", "refused"), 2, "more files are listed as refused"),
        (("models",), [{"photos": 10_000}], "they answered more photos than there are"),
        (("counts",), None, "counts are missing"),
    ],
)
def test_counts_that_do_not_add_up_are_told(
    member: tuple[str, ...], value: object, fault: str, folder: Path
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        *path, last = member
        for name in path:
            manifest = manifest[name]
        manifest[last] = value

    assert any(fault in one for one in rewritten(folder, change))


def test_whoever_was_told_the_manifests_digest_trusts_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = verified_folder(folder).sha256
    assert verify_folder(folder, digest) == 0
    assert digest in capsys.readouterr().out
    rewritten(folder, lambda manifest: manifest["batch"].update(owner="eve"))
    assert verify_folder(folder, digest) == 1
    assert "it is not the one" in capsys.readouterr().err


def test_a_manifest_leads_out_of_no_folder(folder: Path) -> None:
    (folder.parent / "outside.txt").write_text("")
    faults = rewritten(folder, lambda manifest: manifest["files"].update({"../outside.txt": {}}))
    assert faults == ["../outside.txt: it is outside of the folder"]


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', "{}"])
def test_what_is_no_manifest_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(CouldNotRunError, match="no manifest"):
        verified_folder(tmp_path)
    with pytest.raises(CouldNotRunError, match="No such file"):
        verified_folder(tmp_path / "none")
