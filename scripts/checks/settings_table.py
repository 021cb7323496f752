"""The README's table of settings, made from the settings: `python -m scripts.checks.settings_table`."""

from collections.abc import Iterator

from pydantic.fields import FieldInfo

from api.settings import ApiSettings
from shared.settings import ObjectStoreSettings, SharedSettings
from worker.settings import WorkerSettings

KINDS = (
    ("", ObjectStoreSettings),
    ("", SharedSettings),
    ("api: ", ApiSettings),
    ("worker: ", WorkerSettings),
)


def table() -> str:
    """A Markdown table, those that every process shares first."""
    lines = ["| variable | default | what it is |", "| --- | --- | --- |"]
    seen: set[str] = set()
    for of, kind in KINDS:
        for name, field in _new(kind.model_fields, seen):
            lines.append(f"| `BIRDS_{name.upper()}` | {_default(field)} | {of}{field.description} |")
    return "\n".join(lines)


def _new(fields: dict[str, FieldInfo], seen: set[str]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in fields.items():
        if name not in seen:
            seen.add(name)
            yield name, field


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "" if field.default in (None, "", ()) else f"`{field.default}`"


if __name__ == "__main__":
    print(table())
