"""`scripts/up` and `scripts/down` as a person uses them: real commands, real servers, real signals."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.embedded.ports import free_ports

ROOT = Path(__file__).parent.parent.parent
OWN_SERVERS = ("BIRDS_POSTGRES_URL", "BIRDS_AMQP_URL", "BIRDS_S3_ENDPOINT", "BIRDS_URL", "BIRDS_KEY")
PATIENCE_S = 120  # this machine may be busy with other things


class Folder:
    """One stack's folder, and the commands on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        # The null engine: what is started, watched and stopped here is the same, and it starts sooner.
        self._env = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
        self._env["BIRDS_ENGINE"] = "null"

    def run(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        arguments = [ROOT / "scripts" / command, "--data", self.data, *options]
        return subprocess.run(
            arguments, check=False, env=self._env, text=True, capture_output=True, timeout=PATIENCE_S
        )

    @contextmanager
    def open(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """`scripts/up` in the foreground."""
        arguments = [ROOT / "scripts" / "up", "--data", self.data, *options]
        with subprocess.Popen(
            arguments, env=self._env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as launcher:
            try:
                yield launcher
            finally:
                launcher.terminate()  # where the test failed

    @property
    def stack(self) -> dict[str, Any] | None:
        try:
            return json.loads((self.data / "stack.json").read_text())
        except FileNotFoundError:
            return None

    def wait_for_stack(self) -> dict[str, Any]:
        until(lambda: self.stack is not None)
        return self.stack

    def processes(self) -> list[psutil.Process]:
        """Everything on this machine that has to do with this folder."""
        return [process for process in psutil.process_iter() if _mentions(process, str(self.data))]


def _mentions(process: psutil.Process, folder: str) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return folder in "\n".join([process.cwd(), *process.cmdline(), *process.environ().values()])
    except psutil.Error:
        return False  # it has just ended


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def get(url: str, key: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def create_batch(stack: dict[str, Any], name: str) -> None:
    headers = {"Authorization": f"Bearer {stack['key']}", "Content-Type": "application/json"}
    body = json.dumps({"name": name}).encode()
    request = urllib.request.Request(f"{stack['url']}/v1/batches", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 201


def batch_names(stack: dict[str, Any]) -> list[str]:
    return [batch["name"] for batch in get(f"{stack['url']}/v1/batches", stack["key"])["batches"]]


def is_private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    folder = Folder(tmp_path_factory.mktemp("stack") / "a folder")  # with a space, as people have them
    yield folder
    folder.run("down")


def test_detached_start_says_where_and_is_idempotent_and_stops(folder: Folder) -> None:
    first = folder.run("up", "--detach", "--port", "0")
    assert first.returncode == 0, first.stderr
    url, key = re.fullmatch(
        r"BIRDS_URL=(\S+)\nBIRDS_KEY=(\S+)", "\n".join(first.stdout.splitlines()[-2:])
    ).groups()
    assert get(f"{url}/readyz", key)
    assert f"{url}/#key={key}" in first.stdout
    stack = folder.stack
    assert (stack["url"], stack["key"]) == (url, key)
    assert set(stack["processes"]) == {"postgres", "s3", "epmd", "rabbitmq", "api", "worker-1"}
    assert all(is_private(folder.data / name) for name in ("stack.json", "secrets.json", "key", "s3", "log"))
    # Each in a session of its own: a terminal's Ctrl-C reaches the launcher alone.
    assert all(os.getsid(pid) == pid for pid in stack["processes"].values())

    again = folder.run("up", "--detach", "--port", "0")
    assert again.returncode == 0
    assert again.stdout.splitlines()[-2:] == first.stdout.splitlines()[-2:]
    assert "running already" in again.stdout
    assert folder.stack == stack

    down = folder.run("down")
    assert (down.returncode, down.stdout) == (0, "stopped\n")
    assert folder.processes() == []
    assert folder.stack is None
    assert folder.run("down").stdout == "nothing was running\n"


def test_data_survives_a_killed_launcher_and_a_crash_stops_the_rest(folder: Folder) -> None:
    [port] = free_ports(1)
    with folder.open("--workers", "0", "--port", str(port)) as launcher:
        before = folder.wait_for_stack()
        create_batch(before, "before the crash")
        launcher.kill()
        launcher.communicate()

    with folder.open("--workers", "0", "--port", str(port)) as launcher:
        until(lambda: folder.stack not in (None, before))
        after = folder.stack
        assert (after["url"], after["key"]) == (before["url"], before["key"])
        assert batch_names(after) == ["before the crash"]
        assert not any(lives(pid) for pid in before["processes"].values())

        os.kill(after["processes"]["s3"], signal.SIGKILL)
        output, _ = launcher.communicate(timeout=PATIENCE_S)
    assert launcher.returncode == 1
    assert "s3 was ended by SIGKILL; the end of" in output
    assert "Starting s3 server" in output  # its last log lines
    assert folder.processes() == []
    assert folder.stack is None


def test_interrupted_start_leaves_nothing(folder: Folder) -> None:
    with folder.open("--port", "0") as launcher:
        until((folder.data / "run" / "rabbitmq.json").exists)
        launcher.send_signal(signal.SIGINT)
        output, _ = launcher.communicate(timeout=PATIENCE_S)
    assert launcher.returncode == 0, output
    assert folder.processes() == []


def test_taken_port_is_said_at_once(folder: Folder) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        result = folder.run("up", "--detach", "--port", str(port))
    assert result.returncode == 2
    assert f"port {port} is taken" in result.stderr
