"""The page's texts: one catalogue a language, all with the same ones, and no text of a view outside."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "api" / "static" / "js"
LANGUAGES = ("en", "de", "fr")
_ENTRY = re.compile(r'^  (?:"([^"]+)"|(\w+)):\s*(.+?),$', re.MULTILINE | re.DOTALL)
_EXPRESSION = "·"
_PLACE = re.compile(r"\{(\w+)\}")
_TOLD = ("aria-label", "title", "placeholder", "alt", "label")
# What is the same in every language: names, units, keys and signs.
_SAME = {
    *("Birds", "Esc", "KB", "MB", "GB", "TB"),
    *("CSV", "JSON Lines", "Parquet", "Camtrap DP", "Darwin Core", "Label Studio"),
}


def catalogue(language: str) -> dict[str, list[str]]:
    """The wordings of each text: one, or the two of which a number chooses."""
    source = "".join(path.read_text() for path in (SCRIPTS / "words").rglob(f"{language}.js"))
    source = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    found = {}
    for quoted, bare, value in _ENTRY.findall(source):
        wordings = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
        assert len(wordings) == (2 if value.startswith("{") else 1), (language, quoted or bare)
        found[quoted or bare] = wordings
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_has_the_same_texts_with_the_same_places(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert len(english) > 100
    assert other.keys() == english.keys()
    for name, wordings in english.items():
        assert len(other[name]) == len(wordings), name
        places = {place for wording in wordings for place in _PLACE.findall(wording)}
        for wording in other[name]:
            assert set(_PLACE.findall(wording)) == places, (name, wording)


def test_every_text_is_asked_for_somewhere() -> None:
    paths = [path for path in SCRIPTS.rglob("*.js") if "words" not in path.parts]
    scripts = "\n".join(path.read_text() for path in paths)
    families = ("code.", "kind.", "compare.", "models.", "site.")  # whose names are put together
    unused = [
        name for name in catalogue("en") if f'"{name}"' not in scripts and not name.startswith(families)
    ]
    assert not unused


class _Texts(HTMLParser):
    """What a person would read of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attributes if name in _TOLD]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def templates(source: str) -> list[str]:
    """The pieces of HTML and SVG in a script, with a sign where an expression stands."""
    found = []
    for begin in re.finditer(r"\b(?:html|svg)`", source):
        text, depth, place = "", 0, begin.end()
        while depth or source[place] != "`":
            if source.startswith("${", place):
                depth += 1
                place += 1
                text += _EXPRESSION if depth == 1 else ""
            elif depth:
                if source[place] == "`":  # a template within an expression is looked at by itself
                    place = _end_of_template(source, place + 1)
                depth += {"{": 1, "}": -1}.get(source[place], 0)
            else:
                text += source[place]
            place += 1
        found.append(text)
    return found


def _end_of_template(source: str, place: int) -> int:
    depth = 0
    while depth or source[place] != "`":
        if source.startswith("${", place):
            depth += 1
            place += 1
        elif depth and source[place] == "`":
            place = _end_of_template(source, place + 1)
        elif depth:
            depth += {"{": 1, "}": -1}.get(source[place], 0)
        place += 1
    return place


def views() -> list[Path]:
    return [path for path in sorted(SCRIPTS.rglob("*.js")) if "html`" in path.read_text()]


@pytest.mark.parametrize("path", views(), ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_no_view_has_a_text_outside_of_the_catalogue(path: Path) -> None:
    source = path.read_text()
    reader = _Texts()
    for template in templates(source):
        reader.feed(template)
    code = re.sub(r"/\*.*?\*/|^\s*//.*?$|\s// .*?$", "", source, flags=re.DOTALL | re.MULTILINE)
    sentences = re.findall(r'"([A-Z][a-z]+(?: [^"]*)?)"', code)  # keys that are pressed have no space
    keys = {"ArrowLeft", "ArrowRight", "Escape", "Enter", "Tab", "Control", "Shift", "Meta"}
    told = [text.strip() for text in [*reader.found, *sentences] if re.search(r"[^\W\d]{2}", text)]
    assert not set(told) - _SAME - keys
