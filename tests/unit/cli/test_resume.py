"""Which batch a command goes on with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.cli.run import default_name, unfinished_batch
from api.client import BatchDocument
from api.client.records import BatchState


def batch(id: str, name: str | None, state: BatchState) -> BatchDocument:
    return BatchDocument(
        id=id,
        name=name,
        state=state,
        counts={"accepted": 0, "queued": 0, "done": 0, "failed": 0},
        last_seq=0,
        model=None,
        created_at="2025-01-01T00:00:00Z",
        closed_at=None,
        finished_at=None,
    )


async def listed(*batches: BatchDocument) -> AsyncIterator[BatchDocument]:
    for one in batches:
        yield one


def test_the_same_paths_have_the_same_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = default_name([tmp_path / "a", tmp_path / "b"], "host")
    monkeypatch.chdir(tmp_path)
    assert default_name([Path("b"), Path("./a/")], "host")[-8:] == name[-8:]
    assert default_name([Path("a"), Path("b")], "host") == name
    assert name.startswith("a-")


def test_other_paths_and_other_hosts_have_other_names() -> None:
    paths = [Path("/photos/trip")]
    known = {default_name(paths, "one"), default_name(paths, "two"), default_name([Path("/trip")], "one")}
    assert len(known) == 3
    assert default_name([Path("/a"), Path("/b")], "h") != default_name([Path("/a")], "h")


def test_a_name_is_text_of_bounded_length() -> None:
    assert default_name([Path("/")], "h").startswith("photos-")
    assert len(default_name([Path("/" + "x" * 255)], "h")) < 100
    default_name([Path("/gr\udcfcn")], "h").encode()


async def test_the_newest_unfinished_of_that_name_is_chosen() -> None:
    found = await unfinished_batch(
        listed(
            batch("5", "other", "open"),
            batch("4", "trip", "finished"),
            batch("3", "trip", "closed"),
            batch("2", "trip", "open"),
        ),
        "trip",
    )
    assert found is not None
    assert found["id"] == "3"


async def test_what_is_finished_is_begun_anew() -> None:
    assert (
        await unfinished_batch(listed(batch("1", "trip", "finished"), batch("0", None, "open")), "trip")
        is None
    )
