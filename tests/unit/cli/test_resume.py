"""What a batch is called where nobody says."""

from pathlib import Path

import pytest

from api.cli.sending.run import default_name


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
