"""The import arrows of the design, as import-linter reads them from pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from tests.support.small_install import modules_beyond

ROOT = Path(__file__).parent.parent.parent


def test_import_arrows_point_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def loaded_by(module: str) -> set[str]:
    """The top-level modules that are there once `module` is imported."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-c", program]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_api_leaves_what_is_heavy_unloaded() -> None:
    assert not loaded_by("api.__main__") & {"torch", "timm", "pyarrow"}


def test_birds_installs_small_and_the_client_library_needs_no_more() -> None:
    """Birds without extras is the command and the library, beside nothing of the server."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [Requirement(line).name for line in project["dependencies"]] == ["aiohttp", "rich", "typer"]
    missing = modules_beyond()
    assert {"asyncpg", "minio", "PIL", "pydantic_settings", "structlog", "torch", "uvloop"} <= set(missing)
    program = f"import sys; sys.modules.update(dict.fromkeys({missing})); import api.client"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


DOORS = {  # the packages that may know a driver, and its names
    "asyncpg": ("shared/ledger/", "scripts/embedded/servers/postgres.py"),
    "aiosql": ("shared/ledger/",),
    "aio_pika": ("shared/broker/", "scripts/embedded/servers/rabbitmq.py"),
    "aiormq": ("shared/broker/", "scripts/embedded/servers/rabbitmq.py"),
    "minio": ("shared/objects/",),
    "urllib3": ("shared/objects/",),
}


def test_nobody_but_the_doors_reads_a_drivers_errors() -> None:
    wrong = []
    for folder in ("api", "worker", "trainer", "shared", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            place = path.relative_to(ROOT).as_posix()
            imported = re.findall(r"^\s*(?:import|from) (\w+)", path.read_text(), re.MULTILINE)
            wrong += [f"{place}: {name}" for name in imported if not place.startswith(DOORS.get(name, ("",)))]
    assert not wrong
