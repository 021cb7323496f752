"""What a stack keeps in its folder: one launcher's lock, and secrets that nobody else can read."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.embedded.folder import Home, LockedError, load_secrets, locked, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    home, other = Home(tmp_path), Home(tmp_path / "other")
    other.data.mkdir()
    secrets = load_secrets(home)
    assert load_secrets(home) == secrets
    assert load_secrets(other) != secrets
    assert mode(home.secrets) == 0o600


def test_private_files_replace_public_ones(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), mode(path)) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_folders_are_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    assert {mode(home.folder("s3")), mode(home.log("api").parent), mode(home.record("api").parent)} == {0o700}


def test_lock_is_of_one_process_and_ends_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "lock"
    holder = (
        "import pathlib, time; from scripts.embedded.folder import locked\n"
        f"with locked(pathlib.Path({str(lock)!r})): print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LockedError), locked(lock):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
        with locked(lock):
            pass
