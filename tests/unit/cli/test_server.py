"""Where the server and its key come from."""

import json
import sys
from pathlib import Path

import pytest

from api.cli.config import Server, config_path, write_config
from api.cli.operator.ledger import find_postgres
from api.cli.running import CouldNotRunError
from api.cli.server import find_server


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("BIRDS_URL", "BIRDS_KEY", "BIRDS_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "checkout" / ".venv"))


def write_stack(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    stack = {"url": f"http://{name}", "key": f"key-{name}", "postgres_url": f"postgresql://{name}"}
    (folder / "stack.json").write_text(json.dumps(stack))


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_stack(tmp_path / "data", "data")
    monkeypatch.setenv("BIRDS_URL", "http://env")
    monkeypatch.setenv("BIRDS_KEY", "key-env")
    monkeypatch.setenv("BIRDS_POSTGRES_URL", "postgresql://env")
    assert find_server(tmp_path / "data") == Server("http://env", "key-env")
    assert find_postgres(tmp_path / "data") == "postgresql://env"


def test_then_the_stack_that_was_named_then_here_then_the_checkout(tmp_path: Path) -> None:
    write_stack(tmp_path / "checkout" / "var", "checkout")
    assert find_server(None) == Server("http://checkout", "key-checkout")
    write_stack(tmp_path / "here" / "var", "here")
    assert find_server(None).url == "http://here"
    write_stack(tmp_path / "data", "data")
    assert find_server(tmp_path / "data").url == "http://data"
    assert find_postgres(tmp_path / "data") == "postgresql://data"


def test_a_named_folder_without_a_stack_is_not_replaced_by_another(tmp_path: Path) -> None:
    write_stack(tmp_path / "here" / "var", "here")
    with pytest.raises(CouldNotRunError, match="scripts/up"):
        find_server(tmp_path / "empty")


def test_half_of_an_environment_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIRDS_URL", "http://env")
    with pytest.raises(CouldNotRunError, match="BIRDS_KEY is not set"):
        find_server(None)


def test_a_broken_stack_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "stack.json").write_text("{")
    with pytest.raises(CouldNotRunError, match=r"stack\.json can't be read"):
        find_server(tmp_path / "data")


def test_the_configuration_comes_after_the_environment_and_before_a_stack_that_nobody_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_stack(tmp_path / "here" / "var", "here")
    write_stack(tmp_path / "data", "data")
    kept = Server('http://kept/ü"\\', "key-kept")
    write_config(kept)
    assert find_server(None) == kept
    assert find_server(tmp_path / "data").url == "http://data"
    monkeypatch.setenv("BIRDS_KEY", "key-env")
    assert find_server(None) == Server(kept.url, "key-env")
    monkeypatch.setenv("BIRDS_URL", "http://env")
    assert find_server(None) == Server("http://env", "key-env")


def test_no_server_is_shown_the_key_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(Server("http://kept", "key-kept"))
    monkeypatch.setenv("BIRDS_URL", "http://kept/")
    assert find_server(None).key == "key-kept"
    monkeypatch.setenv("BIRDS_URL", "http://another")
    with pytest.raises(CouldNotRunError, match="BIRDS_KEY is not set"):
        find_server(None)


def test_the_configuration_is_for_its_owner_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write_config(Server("http://kept", "key-kept"))
    assert path == tmp_path / "config" / "birds" / "config.toml"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    find_server(None)
    assert capsys.readouterr().err == ""
    path.chmod(0o640)
    find_server(None)
    assert f"chmod 600 {path}" in capsys.readouterr().err
    path.chmod(0o644)
    write_config(Server("http://kept", "another"))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("text", "reason"), [("url = 1", "has no 'key'"), ("url", "can't be read")])
def test_a_broken_configuration_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "config" / "birds").mkdir(parents=True)
    (tmp_path / "config" / "birds" / "config.toml").write_text(text)
    with pytest.raises(CouldNotRunError, match=reason):
        find_server(None)


def test_a_relative_folder_for_configuration_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert config_path() == tmp_path / "home" / ".config" / "birds" / "config.toml"
