"""The folder of one stack, and what lies where in it."""

from dataclasses import dataclass
from pathlib import Path

from scripts.embedded.private import private_folder


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
