"""How a model is named in settings and on the command line."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.errors import BirdsError, Code
from shared.vision.bundle import NAME_PATTERN, VERSION_PATTERN

_REGISTRY: Final = re.compile(rf"({NAME_PATTERN})@({VERSION_PATTERN})")
_TIMM: Final = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)?")
_HUB_NAME: Final = r"[A-Za-z0-9](?:[\w.-]{0,94}\w)?"
_HUB: Final = re.compile(rf"({_HUB_NAME}/{_HUB_NAME})(?:@([A-Za-z0-9][\w./-]{{0,99}}))?", re.ASCII)


DEFAULT_MODEL: Final = "birds525"
STARTER: Final = "starter"
BUILT_IN: Final = (DEFAULT_MODEL, STARTER)
"""Names that no published model can have: they are those of models that install with Birds."""


@dataclass(frozen=True, slots=True)
class DefaultRef:
    """The model that comes with Birds, in the version that does."""

    def __str__(self) -> str:
        return DEFAULT_MODEL


@dataclass(frozen=True, slots=True)
class StarterRef:
    """The model that installs with the worker, in the version that does."""

    def __str__(self) -> str:
        return STARTER


@dataclass(frozen=True, slots=True)
class TimmRef:
    """A pretrained model by timm's name, such as `convnext_tiny.fb_in22k`."""

    name: str

    def __str__(self) -> str:
        return f"timm:{self.name}"


@dataclass(frozen=True, slots=True)
class HubRef:
    """A classifier in timm's format in a repository of the Hugging Face hub."""

    repository: str
    """`OWNER/NAME`."""
    revision: str | None = None
    """A commit, a tag or a branch; None: the main branch."""

    def __str__(self) -> str:
        return f"hf:{self.repository}" + (f"@{self.revision}" if self.revision else "")


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


ModelRef = DefaultRef | StarterRef | TimmRef | HubRef | FolderRef | RegistryRef


def parse_ref(text: str) -> ModelRef:
    """`birds525`, `starter`, `name@version`, `folder:PATH`, `timm:NAME`, `hf:OWNER/NAME` or
    `hf:OWNER/NAME@REVISION`; without a prefix, anything with a slash is a folder, and the rest a timm name.

    Raises BirdsError (invalid-request).
    """
    text = text.strip()
    kind, colon, rest = text.partition(":")
    match kind if colon else None:
        case "folder":
            found: ModelRef | None = FolderRef(Path(rest)) if rest else None
        case "timm":
            found = TimmRef(rest) if _TIMM.fullmatch(rest) else None
        case "hf":
            found = _hub_ref(rest)
        case _:
            found = _unprefixed(text)
    if found is None:
        raise BirdsError(
            Code.INVALID_REQUEST,
            f"{text!r} names no model;"
            " expected birds525, starter, NAME@VERSION, folder:PATH, timm:NAME or hf:OWNER/NAME.",
        )
    return found


def _hub_ref(text: str) -> HubRef | None:
    found = _HUB.fullmatch(text)
    # Parts of a path: of the hub's address, and of a folder here.
    return HubRef(found[1], found[2]) if found and ".." not in text else None


def _unprefixed(text: str) -> ModelRef | None:
    match text.partition("@")[0]:  # of a built-in model's versions the installed one is all that there is
        case "birds525":
            return DefaultRef()
        case "starter":
            return StarterRef()
    if "/" in text:
        return FolderRef(Path(text))
    if published := _REGISTRY.fullmatch(text):
        return RegistryRef(published[1], published[2])
    return TimmRef(text) if _TIMM.fullmatch(text) else None
