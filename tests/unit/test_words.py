"""How the code speaks: one name for one concept, and details that are sentences."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# What HTTP carries has one name on both sides; `birds --help` spells three enumerations out, and the client
# library, an island, has a patience of its own.
BOTH_SIDES = {"api/http/schemas", "api/client"}
TWICE = {"Lane", "ExportFormat", "License", "Patience"}


def modules(*roots: str) -> Iterator[tuple[str, ast.Module]]:
    for root in roots:
        for path in sorted((ROOT / root).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def test_a_class_has_a_name_of_its_own() -> None:
    where = defaultdict(set)
    for path, module in modules("api", "worker", "trainer", "shared", "scripts"):
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and node.name not in TWICE:
                side = next((side for side in BOTH_SIDES if path.startswith(side)), path)
                where[node.name].add(side)
    assert {name: sides for name, sides in where.items() if len(sides) > 1 and sides != BOTH_SIDES} == {}


def details(module: ast.Module) -> Iterator[ast.expr]:
    """What is given as `detail` of an error, where it is written out."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
            if node.func.id in ("BirdsError", "problem"):
                yield node.args[1]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("delivery.failed"):
            yield node.args[1]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "detail":
            yield node.value


def is_sentence(detail: ast.expr) -> bool:
    match detail:
        case ast.Constant(value=str() as text):
            return text.endswith(".") and not text[0].islower()
        case ast.JoinedStr(values=[*_, ast.Constant(value=str() as end)]):
            first = detail.values[0]
            begin = first.value if isinstance(first, ast.Constant) else ""
            return end.endswith(".") and not str(begin)[:1].islower()
        case ast.JoinedStr():
            return False
        case _:
            return True  # made elsewhere


@pytest.mark.parametrize(("text", "good"), [("'It is.'", True), ("'it is.'", False), ("f'{a} is'", False)])
def test_what_a_sentence_is(text: str, good: bool) -> None:
    assert is_sentence(ast.parse(text, mode="eval").body) is good


def test_the_detail_of_an_error_is_a_sentence() -> None:
    found = [
        (path, detail)
        for path, module in modules("api", "worker", "trainer", "shared")
        for detail in details(module)
    ]
    assert len(found) > 70
    assert [f"{path}:{one.lineno} {ast.unparse(one)}" for path, one in found if not is_sentence(one)] == []
