"""The server that a person signed in to: `birds/config.toml` in the user's folder for configuration (XDG)."""

import json
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from api.cli.running import CouldNotRunError, say

OWNER_ALONE = 0o600
OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    key: str


def config_path() -> Path:
    """Whether it is there or not."""
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"]) / "birds" / "config.toml"
    # A relative XDG_CONFIG_HOME is to be ignored, by its specification.
    home = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".config") / "birds" / "config.toml"


def read_config() -> Server | None:
    """None where nobody signed in; tells who else can read the key. Raises `CouldNotRunError`."""
    path = config_path()
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            config = tomllib.load(file)
        url, key = config["url"], config["key"]
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise CouldNotRunError(f"{path} has no {error.args[0]!r}; birds login URL writes it") from None
    except (OSError, ValueError) as error:
        raise CouldNotRunError(f"{path} can't be read: {error}") from None
    if sys.platform != "win32" and mode & OTHERS:
        say(f"birds: others can read the key in {path}: chmod 600 {path}")
    return Server(str(url), str(key))


def write_config(server: Server) -> Path:
    """For its owner alone, and never half. Raises `CouldNotRunError`."""
    path = config_path()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    # Of a line without control characters, TOML's basic strings are JSON's.
    text = "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in (("url", server.url), ("key", server.key))
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE), "w") as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CouldNotRunError(f"{path} can't be written: {error.strerror or error}") from None
    return path
