"""`birds` where it is installed alone: `pip install birds` and nothing of the server."""

from pathlib import Path

import pytest

from tests.support.command import Birds
from tests.support.small_install import hiding

COMMANDS = ("login", "classify", "watch", "batches", "export", "label", "retry", "delete", "models list")


@pytest.fixture
def alone(tmp_path: Path) -> Birds:
    return Birds(
        tmp_path, PYTHONPATH=hiding(tmp_path / "alone"), BIRDS_URL="http://127.0.0.1:9", BIRDS_KEY="k"
    )


async def test_it_tells_what_it_can_do(alone: Birds) -> None:
    help = await alone("--help")
    assert help.status == 0
    assert all(command.split()[0] in help.out for command in COMMANDS)


async def test_each_command_of_a_client_gets_as_far_as_the_server(alone: Birds, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    id = "01a210ef-e9ae-78ce-82da-828f0c2747e4"
    for arguments in (
        ("login", "http://127.0.0.1:9"),
        ("classify", "photo.jpg"),
        ("watch", "."),
        ("batches",),
        ("export", id),
        ("tag", id, "."),
        ("handover", id, "out"),
        ("dataset", "export", "set"),
        ("label", id, "Robin"),
        ("retry", id),
        ("delete", id),
        ("models", "list"),
    ):
        end = await alone(*arguments)
        assert end.status == 2, end
        assert "Connection refused" in end.err


@pytest.mark.parametrize("command", ["key list", "models show", "models promote starter"])
async def test_a_command_of_the_operator_names_the_extra_that_it_needs(alone: Birds, command: str) -> None:
    end = await alone(*command.split())
    assert (end.status, end.out, end.err.count("\n")) == (2, "", 1)
    assert "pip install 'birds[server]'" in end.err


@pytest.mark.parametrize("command", ["key list", "models show", "models promote starter"])
async def test_and_with_that_extra_it_runs(tmp_path: Path, command: str) -> None:
    nowhere = "postgresql://127.0.0.1:9/none"
    birds = Birds(tmp_path, PYTHONPATH=hiding(tmp_path / "server", "server"), BIRDS_POSTGRES_URL=nowhere)
    end = await birds(*command.split())
    assert end.status == 2
    assert "Postgres does not answer" in end.err
