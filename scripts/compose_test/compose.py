"""docker compose on our file, and docker itself."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.throwaway import ROOT

FILE = ROOT / "deploy" / "docker-compose.yml"
LAB = ROOT.parent / "shared" / "compose-lab"  # a Docker engine for machines that have none
TRAINER = "birds-trainer"
OURS = ("birds-api", "birds-worker", TRAINER, "birds-proxy")


def default_command() -> list[str]:
    return [str(LAB / "compose")] if (LAB / "compose").exists() else ["docker", "compose"]


def image_of(service: str) -> str:
    """The upstream image that our file names."""
    return str(yaml.safe_load(FILE.read_text())["services"][service]["image"])


class Compose:
    """Raises subprocess.CalledProcessError where compose fails."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = [*command, "-f", str(FILE)]

    def __call__(self, *arguments: str) -> None:
        print("$ docker compose", *arguments, file=sys.stderr, flush=True)
        subprocess.run([*self._command, *arguments], check=True, stdout=sys.stderr)

    def containers(self, service: str = "") -> list[dict[str, Any]]:
        """What `docker inspect` says of those that run, of one service or of all."""
        listing = [*self._command, "ps", "-q", *([service] if service else [])]
        ids = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()
        return inspect(ids) if ids else []

    def is_healthy(self, service: str, count: int = 1) -> bool:
        states = [container["State"] for container in self.containers(service)]
        healthy = [state for state in states if state.get("Health", {}).get("Status") == "healthy"]
        return len(states) == len(healthy) == count


def inspect(names: Sequence[str]) -> list[dict[str, Any]]:
    found = subprocess.run(["docker", "inspect", *names], check=True, capture_output=True, text=True).stdout
    return list(json.loads(found))


def image_megabytes(image: str) -> int:
    return round(int(inspect([image])[0]["Size"]) / 1_000_000)


def history(image: str) -> str:
    """The commands of an image's layers."""
    command = ["docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", image]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def files_that_hold(image: str, texts: Sequence[str]) -> str:
    """Files of an image in which one of `texts` stands."""
    search = ["grep", "-rlIF", *(f"--regexp={text}" for text in texts), "/opt", "/etc", "/var", "/home"]
    command = ["docker", "run", "--rm", "--user", "0", "--entrypoint", search[0], image, *search[1:]]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def has_module(image: str, module: str) -> bool:
    command = ["docker", "run", "--rm", "--entrypoint", "python", image, "-c", f"import {module}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def secret_texts() -> list[str]:
    """Every generated secret, as it must not be found anywhere."""
    folder: Path = FILE.parent / "secrets"
    plain = ("postgres_password", "birds_s3_secret_key", "birds_key", "grafana_password")
    texts = [(folder / name).read_text().strip() for name in plain]
    return [*texts, (folder / "rabbitmq.conf").read_text().rsplit("= ", 1)[1].strip()]
