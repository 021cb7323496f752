"""The registry over a folder: object storage itself has tests of its own, on a real server."""

import shutil
from pathlib import Path

import pytest

from shared.errors import BirdsError, Code
from shared.vision import registry
from shared.vision.bundle import BUNDLE_FILE, CARD_FILE, GRAPH_FILE, WEIGHTS_FILE, WeightsFile
from shared.vision.refs import RegistryRef
from shared.vision.stored_graph import load_graph
from tests.support.models import saved
from tests.support.onnx_models import onnx_bundle
from trainer.graph import write_graph


class FolderObjects:
    """Objects as files; `broken` keys can't be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: set[str] = set()

    async def get(self, key: str) -> bytes:
        if not (self.root / key).is_file():
            raise BirdsError(Code.MISSING_OBJECT, key)
        return (self.root / key).read_bytes()

    async def get_file(self, key: str, path: Path) -> None:
        path.write_bytes(await self.get(key))

    async def put_file(self, key: str, path: Path, content_type: str) -> None:
        if any(key.endswith(end) for end in self.broken):
            raise BirdsError(Code.UNAVAILABLE, key)
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, self.root / key)

    async def keys(self, prefix: str) -> list[str]:
        found = (str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())
        return [key for key in found if key.startswith(prefix)]

    async def size(self, key: str) -> int | None:
        path = self.root / key
        return path.stat().st_size if path.is_file() else None


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "objects")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved(tmp_path / "made", name="student", version="3")
    return tmp_path / "made"


async def test_what_is_published_can_be_fetched(objects: FolderObjects, folder: Path, tmp_path: Path) -> None:
    ref = await registry.publish(objects, folder)
    assert ref == RegistryRef("student", "3")
    assert await registry.versions(objects) == [ref]
    fetched = await registry.fetch(objects, ref, tmp_path / "cache")
    for file in (BUNDLE_FILE, WEIGHTS_FILE):
        assert (fetched / file).read_bytes() == (folder / file).read_bytes()


async def test_an_onnx_model_is_published_and_fetched(objects: FolderObjects, tmp_path: Path) -> None:
    onnx_bundle(tmp_path / "onnx", name="colours", license="cc-by-nc-4.0")
    ref = await registry.publish(objects, tmp_path / "onnx")
    assert (await registry.published(objects, ref)).license == "cc-by-nc-4.0"
    fetched = await registry.fetch(objects, ref, tmp_path / "cache")
    assert sorted(path.name for path in fetched.iterdir()) == [BUNDLE_FILE, WeightsFile.ONNX]
    assert load_graph(fetched).bundle.name == "colours"


async def test_a_graph_goes_with_its_weights(objects: FolderObjects, folder: Path, tmp_path: Path) -> None:
    write_graph(folder)
    fetched = await registry.fetch(objects, await registry.publish(objects, folder), tmp_path / "cache")
    assert (fetched / GRAPH_FILE).read_bytes() == (folder / GRAPH_FILE).read_bytes()
    assert load_graph(fetched).weights == fetched / WEIGHTS_FILE


async def test_a_card_is_published_with_its_model(objects: FolderObjects, folder: Path) -> None:
    (folder / CARD_FILE).write_text("# student@3")
    await registry.publish(objects, folder)
    assert (objects.root / "models/student/3" / CARD_FILE).read_text() == "# student@3"


async def test_a_second_fetch_needs_no_storage(objects: FolderObjects, folder: Path, tmp_path: Path) -> None:
    ref = await registry.publish(objects, folder)
    await registry.fetch(objects, ref, tmp_path / "cache")
    shutil.rmtree(objects.root)
    assert (await registry.fetch(objects, ref, tmp_path / "cache")).is_dir()


async def test_a_version_is_published_once(objects: FolderObjects, folder: Path) -> None:
    await registry.publish(objects, folder)
    with pytest.raises(BirdsError, match="published already") as caught:
        await registry.publish(objects, folder)
    assert caught.value.code is Code.INVALID_REQUEST


async def test_a_broken_off_upload_is_no_version_and_can_be_repeated(
    objects: FolderObjects, folder: Path
) -> None:
    objects.broken = {BUNDLE_FILE}
    with pytest.raises(BirdsError):
        await registry.publish(objects, folder)
    assert await registry.versions(objects) == []
    objects.broken = set()
    assert str(await registry.publish(objects, folder)) == "student@3"


async def test_damage_on_the_way_is_seen_and_nothing_is_kept(
    objects: FolderObjects, folder: Path, tmp_path: Path
) -> None:
    ref = await registry.publish(objects, folder)
    (objects.root / "models/student/3" / WEIGHTS_FILE).write_bytes(b"damaged")
    with pytest.raises(BirdsError, match="sha256"):
        await registry.fetch(objects, ref, tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


async def test_an_unknown_version(objects: FolderObjects, tmp_path: Path) -> None:
    with pytest.raises(BirdsError) as caught:
        await registry.fetch(objects, RegistryRef("student", "4"), tmp_path / "cache")
    assert caught.value.code is Code.NO_MODEL


async def test_a_bundle_under_a_foreign_name_is_refused(
    objects: FolderObjects, folder: Path, tmp_path: Path
) -> None:
    await registry.publish(objects, folder)
    shutil.copytree(objects.root / "models/student/3", objects.root / "models/student/4")
    with pytest.raises(BirdsError, match="student@3"):
        await registry.fetch(objects, RegistryRef("student", "4"), tmp_path / "cache")
