"""Which answer belongs to which of the user's own files: by the bytes, else by the name."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

_OF_INTEREST = ("final", "model", "label_by")


@dataclass
class KnownAnswers:
    """Of a batch's JSON Lines, what tags are made of."""

    _by_sha256: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _by_base_name: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[bytes]) -> "KnownAnswers":
        answers = cls()
        for line in lines:
            result = json.loads(line)
            if result.get("final") is not None:
                answers._keep(result)
        return answers

    def _keep(self, result: dict[str, Any]) -> None:
        kept = {name: result.get(name) for name in _OF_INTEREST}
        names = [result["name"], *result.get("companions", [])]
        kept |= {"names": names, "photo_id": result["photo_id"]}
        self._by_sha256.setdefault(result["sha256"], []).append(kept)
        for name in names:
            self._by_base_name.setdefault(_path(name).name, []).append(kept)

    def of_bytes(self, sha256: str, name: str) -> dict[str, Any] | None:
        """Where the same bytes were sent under several names, the one of the most similar name."""
        found = self._by_sha256.get(sha256, [])
        return max(found, key=lambda one: _likeness(one, name), default=None)

    def of_name(self, name: str, *, alone: bool) -> dict[str, Any] | None:
        """The one whose path is the file's, or the end of it, or ends with it; None where there are several.

        `alone`: whether a name without a folder will do. Every card has its own IMG_0001.JPG.
        """
        found = [one for one in self._by_base_name.get(_path(name).name, []) if _is_path(one, name, alone)]
        most = max((_likeness(one, name) for one in found), default=0)
        alike = [one for one in found if _likeness(one, name) == most]
        return alike[0] if len(alike) == 1 else None


def _is_path(answer: dict[str, Any], name: str, alone: bool) -> bool:
    wanted = _path(name).parts[::-1]
    for one in answer["names"]:
        parts = _path(one).parts[::-1]
        shorter = min(len(parts), len(wanted))
        if shorter > (0 if alone else 1) and _same(parts, wanted) == shorter:
            return True
    return False


def _likeness(answer: dict[str, Any], name: str) -> int:
    """How many names of the two paths are the same, from the end."""
    wanted = _path(name).parts[::-1]
    return max(_same(_path(one).parts[::-1], wanted) for one in answer["names"])


def _path(name: str) -> PurePosixPath:
    """Some tools write a backslash between folders, or where there is one in a name a slash."""
    return PurePosixPath(name.replace("\\", "/"))


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count
