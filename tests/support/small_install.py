"""Birds as installed with some extras, or with none: what they don't bring is not found."""

import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.processes import ROOT

_HIDE = """import sys

class Hiding:
    def __init__(self, finder):
        self._finder = finder

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in {names} else self._finder.find_spec(name, path, target)

sys.meta_path[:] = map(Hiding, sys.meta_path)
"""


def hiding(folder: Path, *extras: str) -> str:
    """A PYTHONPATH, made in `folder`: with it Python finds no module that `birds[extras]` does not bring."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HIDE.format(names=set(modules_beyond(*extras))))
    return f"{folder}:{ROOT}"


def modules_beyond(*extras: str) -> list[str]:
    """Top-level modules of what is installed here, that `pip install birds[extras]` does not bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    kept = _with_what_they_need(wanted) | {"birds", "pip", "setuptools"}
    return [
        module
        for module, owners in packages_distributions().items()
        if not kept & {canonicalize_name(owner) for owner in owners}
    ]


def _with_what_they_need(lines: Iterable[str]) -> set[str]:
    """Names of distributions, as they are installed here."""
    found: set[str] = set()
    todo = [Requirement(line) for line in lines]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        needed = f"{name}[{','.join(sorted(requirement.extras))}]"
        if needed in found:
            continue
        found |= {name, needed}
        try:
            further = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:  # for another system or Python
            continue
        for one in further:
            if one.marker is None or any(
                one.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
            ):
                todo.append(one)
    return found
