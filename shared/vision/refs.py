"""How a model is named in settings and on the command line."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.errors import BirdsError, Code
from shared.vision.bundle import NAME_PATTERN, VERSION_PATTERN

_REGISTRY: Final = re.compile(rf"({NAME_PATTERN})@({VERSION_PATTERN})")
_TIMM: Final = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)?")


@dataclass(frozen=True, slots=True)
class StarterRef:
    """The model that installs with the worker, in the version that does."""

    def __str__(self) -> str:
        return "starter"


@dataclass(frozen=True, slots=True)
class TimmRef:
    """A pretrained model by timm's name, such as `convnext_tiny.fb_in22k`."""

    name: str

    def __str__(self) -> str:
        return f"timm:{self.name}"


@dataclass(frozen=True, slots=True)
class FolderRef:
    """A bundle in a folder of this machine."""

    path: Path

    def __str__(self) -> str:
        return f"folder:{self.path}"


@dataclass(frozen=True, slots=True)
class RegistryRef:
    """A bundle published to object storage."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


ModelRef = StarterRef | TimmRef | FolderRef | RegistryRef


def parse_ref(text: str) -> ModelRef:
    """`starter`, `name@version`, `folder:PATH` or anything with a slash, `timm:NAME` or a bare timm name.

    Raises BirdsError (invalid-request).
    """
    text = text.strip()
    kind, colon, rest = text.partition(":")
    if text.partition("@")[0] == "starter":  # of its versions the installed one is all that there is
        return StarterRef()
    if colon and kind == "folder" and rest:
        return FolderRef(Path(rest))
    if colon and kind == "timm" and _TIMM.fullmatch(rest):
        return TimmRef(rest)
    if "/" in text and kind != "timm":
        return FolderRef(Path(text))
    if published := _REGISTRY.fullmatch(text):
        return RegistryRef(published[1], published[2])
    if _TIMM.fullmatch(text):
        return TimmRef(text)
    raise BirdsError(
        Code.INVALID_REQUEST,
        f"{text!r} names no model; expected starter, NAME@VERSION, folder:PATH or timm:NAME.",
    )
