"""The folder of one stack: what lies where in it, who may read that, and its one launcher's lock."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600
PASSWORD_BYTES = 16
ACCESS_KEY_BYTES = 10  # 20 characters, as long as those of AWS; rclone refuses very short ones


@dataclass(frozen=True, slots=True)
class Home:
    """Everything a stack keeps is under `data`: whoever removes that folder removes the stack."""

    data: Path

    @property
    def lock(self) -> Path:
        """Held by the one launcher of this folder."""
        return self.data / "lock"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.json"

    @property
    def key(self) -> Path:
        return self.data / "key"

    @property
    def stack(self) -> Path:
        """Where the running stack is; `birds` reads it, and it is there only while the stack is ready."""
        return self.data / "stack.json"

    @property
    def launcher(self) -> Path:
        """Which process the launcher is, for whoever wants it to stop."""
        return self.data / "launcher.json"

    def record(self, name: str) -> Path:
        """Which process the child `name` is, for whoever has to end it later."""
        return private_folder(self.data / "run") / f"{name}.json"

    def records(self) -> list[Path]:
        return sorted((self.data / "run").glob("*.json"))

    def log(self, name: str) -> Path:
        return private_folder(self.data / "log") / f"{name}.log"

    def folder(self, name: str) -> Path:
        """The folder of one server's data."""
        return private_folder(self.data / name)


def private_folder(path: Path) -> Path:
    """Make the folder, if it is missing, so that only its owner can look inside."""
    path.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step: a reader finds the old text or the new one, never a part."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE), "w") as file:
        file.write(text)
    new.replace(path)


class LockedError(Exception):
    """Somebody else holds the lock."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when this process dies, however it dies.

    Raises:
        LockedError: at once, where another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(path) from None
        yield


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords of the servers, kept with the data that they open.

    Hexadecimal, so that they need no quoting in a URL or a configuration file.
    """

    postgres_password: str
    amqp_password: str
    s3_access_key: str
    s3_secret_key: str


def load_secrets(home: Home) -> Secrets:
    """Those of this folder, made the first time."""
    if not home.secrets.exists():
        made = Secrets(
            postgres_password=token_hex(PASSWORD_BYTES),
            amqp_password=token_hex(PASSWORD_BYTES),
            s3_access_key=token_hex(ACCESS_KEY_BYTES),
            s3_secret_key=token_hex(PASSWORD_BYTES),
        )
        write_private(home.secrets, json.dumps(asdict(made), indent=2))
    return Secrets(**json.loads(home.secrets.read_text()))
